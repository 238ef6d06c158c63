//! Up: a file whole or in parts, a stream of unknown length in parts.

use std::io::SeekFrom;
use std::path::Path;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use stave_model::{BucketName, Checksums, ObjectKey, PartNumber, Tags};
use stave_store::{
    Body, BodyError, ByteStream, CompleteUpload, CompletedPart, CreateUpload, Error as StoreError,
    GetObject, ObjectRef, PutObject, UploadPart, UploadRef,
};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _};

use super::{
    ATTEMPTS_MAX, Made, PART_BYTES, PARTS_AT_ONCE, Progress, TransferError, Transfers,
    WHOLE_MAX_BYTES,
};

/// How much is read from a file at a time.
const CHUNK_BYTES: usize = 256 * 1024;
/// After so many parts of a stream of unknown length, parts double in size: 10,000 of them hold 968
/// GiB.
const PARTS_OF_ONE_SIZE: u16 = 2_000;

/// Some bytes of a file.
#[derive(Debug, Clone, Copy)]
struct Piece {
    number: u16,
    offset: u64,
    length: u64,
}

impl Transfers {
    /// Uploads a file.
    pub async fn upload_file(
        &self,
        path: &Path,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<Made, TransferError> {
        let found = tokio::fs::metadata(path).await;
        let found = found.map_err(TransferError::file("reading", path))?;
        if !found.is_file() {
            // A pipe or device has no length of its own.
            let input = File::open(path).await;
            let input = input.map_err(TransferError::file("reading", path))?;
            return self.upload_stream(input, bucket, key).await;
        }
        let size_bytes = found.len();
        if size_bytes > WHOLE_MAX_BYTES {
            return self.upload_in_parts(path, size_bytes, bucket, key).await;
        }
        let whole = Piece {
            number: 1,
            offset: 0,
            length: size_bytes,
        };
        let put = || async {
            let body = piece_of_file(path, whole, &self.progress).await?;
            self.put(bucket, key, body).await
        };
        repeated(put).await.map_err(|error| changed(path, error))
    }

    /// Uploads what a stream brings, whatever its length.
    pub async fn upload_stream<R: AsyncRead + Unpin>(
        &self,
        mut input: R,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<Made, TransferError> {
        let first = read_up_to(&mut input, PART_BYTES).await?;
        self.progress.add(first.len() as u64);
        if (first.len() as u64) < PART_BYTES {
            return self.put(bucket, key, Body::from_bytes(first)).await;
        }
        let upload = self.begin(bucket, key).await?;
        let parts = self.upload_parts_of_stream(&upload, first, input).await;
        self.end(upload, parts).await
    }

    async fn put(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        body: Body,
    ) -> Result<Made, TransferError> {
        let put = PutObject {
            headers: self.headers(key),
            user_metadata: self.user_metadata(),
            conditions: self.conditions(),
            encryption: self.encryption.target.clone(),
            ..PutObject::new(bucket.clone(), key.clone(), self.owner.clone(), body)
        };
        let stored = self.store.put_object(put).await;
        Ok(stored.map_err(|error| self.left_alone(error))?.into())
    }

    /// Tells a failed `--no-overwrite` from other failures.
    fn left_alone(&self, error: StoreError) -> TransferError {
        match error {
            StoreError::PreconditionFailed if self.options.no_overwrite => {
                TransferError::ObjectExists
            }
            other => other.into(),
        }
    }

    async fn upload_in_parts(
        &self,
        path: &Path,
        size_bytes: u64,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<Made, TransferError> {
        let upload = self.begin(bucket, key).await?;
        let parts = stream::iter(pieces(size_bytes))
            .map(|piece| self.upload_piece(&upload, path, piece))
            .buffer_unordered(PARTS_AT_ONCE)
            .try_collect::<Vec<_>>()
            .await;
        self.end(upload, parts).await
    }

    async fn upload_piece(
        &self,
        upload: &UploadRef,
        path: &Path,
        piece: Piece,
    ) -> Result<CompletedPart, TransferError> {
        let send = || async {
            let body = piece_of_file(path, piece, &self.progress).await?;
            self.upload_part(upload, piece.number, body).await
        };
        repeated(send).await.map_err(|error| changed(path, error))
    }

    async fn upload_parts_of_stream<R: AsyncRead + Unpin>(
        &self,
        upload: &UploadRef,
        first: Bytes,
        input: R,
    ) -> Result<Vec<CompletedPart>, TransferError> {
        let first = stream::iter([Ok((1, first))]);
        let rest = stream::try_unfold((2_u16, input), |(number, mut input)| async move {
            let part = read_up_to(&mut input, part_of_stream(number)).await?;
            if part.is_empty() {
                return Ok(None);
            }
            self.progress.add(part.len() as u64);
            if number > PartNumber::MAX {
                return Err(TransferError::TooLong(PartNumber::MAX));
            }
            Ok(Some(((number, part), (number + 1, input))))
        });
        first
            .chain(rest)
            .map_ok(|(number, part)| async move {
                let send = || self.upload_part(upload, number, Body::from_bytes(part.clone()));
                repeated(send).await
            })
            .try_buffer_unordered(PARTS_AT_ONCE)
            .try_collect()
            .await
    }

    async fn upload_part(
        &self,
        upload: &UploadRef,
        number: u16,
        body: Body,
    ) -> Result<CompletedPart, TransferError> {
        let number = part_number(number)?;
        let part = self
            .store
            .upload_part(UploadPart {
                upload: upload.clone(),
                number,
                checksums: Checksums::default(),
                body,
                customer_key: self.encryption.key.clone(),
            })
            .await?;
        Ok(CompletedPart {
            number,
            etag: part.part.etag,
            checksum: None,
        })
    }

    /// Begins an upload, and remembers it so that an interrupt can abort it. What is there already
    /// is asked first, before gigabytes move for nothing.
    pub(super) async fn begin(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<UploadRef, TransferError> {
        if self.options.no_overwrite && self.is_there(bucket, key).await? {
            return Err(TransferError::ObjectExists);
        }
        let id = self
            .store
            .create_upload(CreateUpload {
                bucket: bucket.clone(),
                key: key.clone(),
                owner: self.owner.clone(),
                headers: self.headers(key),
                user_metadata: self.user_metadata(),
                checksum: None,
                tags: Tags::default(),
                acl: None,
                encryption: self.encryption.target.clone(),
            })
            .await?;
        let upload = UploadRef {
            bucket: bucket.clone(),
            key: key.clone(),
            upload: id.upload,
        };
        self.uploads.add(Arc::clone(&self.store), upload.clone());
        Ok(upload)
    }

    /// Makes the object of its parts, or aborts the upload where a part failed.
    pub(super) async fn end(
        &self,
        upload: UploadRef,
        parts: Result<Vec<CompletedPart>, TransferError>,
    ) -> Result<Made, TransferError> {
        let completed = match parts {
            Ok(mut parts) => {
                parts.sort_by_key(|part| part.number);
                let complete = CompleteUpload {
                    upload: upload.clone(),
                    parts,
                    conditions: self.conditions(),
                    checksum: None,
                    size_bytes: None,
                    customer_key: self.encryption.key.clone(),
                };
                let stored = self.store.complete_upload(complete).await;
                stored.map_err(|error| self.left_alone(error))
            }
            Err(error) => Err(error),
        };
        if completed.is_err() {
            // The reason of the failure is told; an upload that stays behind shows in `stave
            // doctor`.
            let _ = self.store.abort_upload(upload.clone()).await;
        }
        self.uploads.remove(&upload);
        Ok(completed?.into())
    }

    /// Returns whether the key has an object.
    pub(super) async fn is_there(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Result<bool, TransferError> {
        let object = ObjectRef {
            bucket: bucket.clone(),
            key: key.clone(),
            version: None,
        };
        match self.store.head_object(GetObject::whole(object)).await {
            // What is there is under a key of somebody's own: that is told without it too.
            Ok(_)
            | Err(
                StoreError::CustomerKeyRequired
                | StoreError::CustomerKeyWrong
                | StoreError::CustomerKeyUnexpected,
            ) => Ok(true),
            Err(StoreError::NoSuchKey { .. }) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }
}

/// Returns the number of a part.
pub(super) fn part_number(number: u16) -> Result<PartNumber, TransferError> {
    PartNumber::new(i64::from(number)).map_err(|_| TransferError::TooLong(PartNumber::MAX))
}

/// Tries again what can be repeated, where the failure may pass.
pub(super) async fn repeated<T, F, W>(work: W) -> Result<T, TransferError>
where
    W: Fn() -> F,
    F: Future<Output = Result<T, TransferError>>,
{
    for _ in 1..ATTEMPTS_MAX {
        match work().await {
            Err(error) if error.is_passing() => {
                tracing::warn!(error = %error.reason(), "trying again");
            }
            outcome => return outcome,
        }
    }
    work().await
}

/// A file that was cut short or grew is told from a network that broke.
fn changed(path: &Path, error: TransferError) -> TransferError {
    match error {
        TransferError::Store(StoreError::IncompleteBody { .. }) => {
            TransferError::Changed(path.to_owned())
        }
        other => other,
    }
}

/// Cuts a file into parts: as few as S3's 10,000 allow, none smaller than the least.
fn pieces(size_bytes: u64) -> impl Iterator<Item = Piece> {
    let least = size_bytes.div_ceil(u64::from(PartNumber::MAX));
    // Whole MiB, as some stores want all parts but the last alike and round.
    let length = least.max(PART_BYTES).next_multiple_of(1024 * 1024);
    let count = size_bytes.div_ceil(length);
    (0..count).map(move |index| Piece {
        number: u16::try_from(index + 1).unwrap_or(u16::MAX),
        offset: index * length,
        length: length.min(size_bytes - index * length),
    })
}

/// Returns the size of a part of a stream whose length nobody knows.
fn part_of_stream(number: u16) -> u64 {
    PART_BYTES << ((number - 1) / PARTS_OF_ONE_SIZE).min(4)
}

/// Opens some bytes of a file as a body.
async fn piece_of_file(
    path: &Path,
    piece: Piece,
    progress: &Progress,
) -> Result<Body, TransferError> {
    let reading = |e| TransferError::file("reading", path)(e);
    let mut file = File::open(path).await.map_err(reading)?;
    file.set_max_buf_size(CHUNK_BYTES);
    file.seek(SeekFrom::Start(piece.offset))
        .await
        .map_err(reading)?;
    let progress = progress.clone();
    let limited = file.take(piece.length);
    let bytes = stream::try_unfold(limited, move |mut file| {
        let progress = progress.clone();
        async move {
            let mut chunk = BytesMut::with_capacity(CHUNK_BYTES);
            let read = file.read_buf(&mut chunk).await?;
            progress.add(read as u64);
            Ok::<_, BodyError>((read > 0).then(|| (chunk.freeze(), file)))
        }
    });
    let bytes: ByteStream = Box::pin(bytes);
    Ok(Body::from_stream(bytes, Some(piece.length)))
}

/// Reads until there are so many bytes, or no more.
async fn read_up_to<R: AsyncRead + Unpin>(
    input: &mut R,
    maximum_bytes: u64,
) -> Result<Bytes, TransferError> {
    let mut bytes = Vec::new();
    let mut limited = input.take(maximum_bytes);
    let read = limited.read_to_end(&mut bytes).await;
    read.map_err(TransferError::Input)?;
    Ok(Bytes::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    /// Returns the number of parts, the size of the first and of the last.
    fn cut(size_bytes: u64) -> (usize, u64, u64) {
        let all: Vec<Piece> = pieces(size_bytes).collect();
        let total: u64 = all.iter().map(|piece| piece.length).sum();
        assert_eq!(total, size_bytes);
        let offsets = all
            .windows(2)
            .all(|w| w[0].offset + w[0].length == w[1].offset);
        assert!(offsets, "pieces of {size_bytes} leave no gap");
        (all.len(), all[0].length, all[all.len() - 1].length)
    }

    #[test]
    fn a_file_is_cut_into_parts_that_s3_takes() {
        assert_eq!(cut(65 * MIB), (5, 16 * MIB, MIB));
        assert_eq!(cut(64 * MIB), (4, 16 * MIB, 16 * MIB));
        assert_eq!(cut(160_000 * MIB), (10_000, 16 * MIB, 16 * MIB));
        assert_eq!(cut(160_000 * MIB + 1), (9_412, 17 * MIB, 13 * MIB + 1));
        let (parts, first, _) = cut(5 * 1024 * 1024 * MIB);
        assert!(parts <= 10_000 && first == 525 * MIB, "{parts} {first}");
    }

    #[test]
    fn parts_of_a_long_stream_grow() {
        assert_eq!(part_of_stream(1), 16 * MIB);
        assert_eq!(part_of_stream(2_000), 16 * MIB);
        assert_eq!(part_of_stream(2_001), 32 * MIB);
        assert_eq!(part_of_stream(10_000), 256 * MIB);
        let total: u64 = (1..=10_000).map(part_of_stream).sum();
        assert_eq!(total, 992_000 * MIB);
    }

    #[tokio::test]
    async fn a_piece_of_a_file_is_exactly_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"0123456789").unwrap();
        let piece = Piece {
            number: 2,
            offset: 3,
            length: 4,
        };
        let body = piece_of_file(&path, piece, &Progress::hidden())
            .await
            .unwrap();
        assert_eq!(body.size_bytes, Some(4));
        let read = stave_store::read_to_end(body.stream, 100).await.unwrap();
        assert_eq!(&read[..], b"3456");
    }
}
