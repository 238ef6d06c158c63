//! The format: what is written, and what is refused. Most tests use chunks of 1 KiB, so that every
//! byte and every length can be tried.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::folder::BlobFolder;
use crate::{BlobReader, RealDisk, VaultDir};

const BLOB: BlobId = BlobId::from_bytes([0xb1; 16]);
const SALT: [u8; SALT_BYTES] = [0x5a; SALT_BYTES];
const SMALL_CHUNK: usize = 1_024;

/// A folder that nothing is asked of.
fn folder() -> Arc<BlobFolder> {
    let disk = Arc::new(RealDisk);
    Arc::new(BlobFolder::new(VaultDir::new("nowhere"), disk))
}

fn key(byte: u8) -> DataKey {
    DataKey(SecretKey::from_bytes(&[byte; KEY_BYTES]))
}

fn small_chunks() -> ChunkSize {
    ChunkSize::new(10).unwrap()
}

fn plaintext(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

/// Seals as version 1 does, with chosen salt and chunk size.
fn sealed_as(
    key: &DataKey,
    blob: BlobId,
    chunks: ChunkSize,
    salt: [u8; 32],
    body: &[u8],
) -> Vec<u8> {
    let (sealer, header) = Sealer::begin_with_salt(key, blob, chunks, salt);
    append_chunks(sealer, header, chunks, body).unwrap()
}

fn sealed_small(body: &[u8]) -> Vec<u8> {
    sealed_as(&key(1), BLOB, small_chunks(), SALT, body)
}

/// Reads a range to its end or to the first error, and returns what came before it.
fn read(sealed: &[u8], length: usize, offset: u64, count: u64) -> (Vec<u8>, Result<()>) {
    let reader =
        match BlobReader::open_small(&folder(), sealed.to_vec(), &key(1), BLOB, length as u64) {
            Ok(reader) => reader,
            Err(error) => return (Vec::new(), Err(error)),
        };
    let mut chunks = reader.read_range(offset, count).unwrap();
    let mut bytes = Vec::new();
    loop {
        match chunks.next_chunk() {
            Ok(Some(chunk)) => bytes.extend(chunk),
            Ok(None) => return (bytes, Ok(())),
            Err(error) => {
                assert!(matches!(chunks.next_chunk(), Ok(None)), "no more after");
                return (bytes, Err(error));
            }
        }
    }
}

fn read_all(sealed: &[u8], length: usize) -> (Vec<u8>, Result<()>) {
    read(sealed, length, 0, length as u64)
}

/// Asserts that a changed body gives an error, and before it nothing but right bytes.
#[track_caller]
fn is_refused(changed: &[u8], original: &[u8], what: &str) -> Damage {
    let (bytes, outcome) = read_all(changed, original.len());
    assert!(original.starts_with(&bytes), "wrong bytes: {what}");
    match outcome {
        Err(Error::Damaged { blob: BLOB, damage }) => damage,
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn bodies_of_every_length_around_the_chunk_borders_come_back() {
    let borders = [0, 1, 2, 3, 4, 7].map(|n| n * SMALL_CHUNK);
    let lengths = borders
        .iter()
        .flat_map(|border| border.saturating_sub(20)..=border + 20);
    for length in lengths {
        let body = plaintext(length);
        let sealed = sealed_small(&body);
        assert_eq!(
            sealed.len() as u64,
            small_chunks().sealed_len(length as u64).unwrap()
        );
        let (bytes, outcome) = read_all(&sealed, length);
        outcome.unwrap();
        assert!(bytes == body, "{length} bytes");
    }
}

#[test]
fn bodies_around_the_borders_of_the_written_chunk_size_come_back() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073] {
        let body = plaintext(length);
        let sealed = seal_whole(&key(1), BLOB, &body).unwrap();
        assert_eq!(sealed.len() as u64, crate::sealed_len(length as u64));
        let (bytes, outcome) = read_all(&sealed, length);
        outcome.unwrap();
        assert!(bytes == body, "{length} bytes");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for length in [0, 1, SMALL_CHUNK, 2 * SMALL_CHUNK + 100] {
        let body = plaintext(length);
        let sealed = sealed_small(&body);
        for index in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[index] ^= 1 << bit;
                is_refused(&changed, &body, &format!("bit {bit} of byte {index}"));
            }
        }
    }
}

#[test]
fn a_flipped_byte_is_blamed_on_its_part_of_the_file() {
    let body = plaintext(2 * SMALL_CHUNK + 100);
    let sealed = sealed_small(&body);
    let expected = [
        (0, Damage::Header),
        (7, Damage::Header),
        (23, Damage::Header),
        (24, Damage::Commitment),
        (87, Damage::Commitment),
        (88, Damage::Chunk(0)),
        (88 + 1_039, Damage::Chunk(0)),
        (88 + 1_040, Damage::Chunk(1)),
        (sealed.len() - 1, Damage::Chunk(2)),
    ];
    for (index, damage) in expected {
        let mut changed = sealed.clone();
        changed[index] ^= 1;
        let found = is_refused(&changed, &body, &format!("byte {index}"));
        assert_eq!(found, damage, "byte {index}");
    }
}

#[test]
fn another_chunk_size_in_the_header_is_refused() {
    let body = plaintext(100);
    let mut changed = sealed_small(&body);
    changed[6] = 16;
    let damage = is_refused(&changed, &body, "chunk size");
    assert_eq!(damage, Damage::Commitment);
}

#[test]
fn every_truncation_is_refused_before_a_byte_is_read() {
    for length in [0, 1, SMALL_CHUNK, 2 * SMALL_CHUNK + 100] {
        let body = plaintext(length);
        let sealed = sealed_small(&body);
        for end in 0..sealed.len() {
            let damage = is_refused(&sealed[..end], &body, &format!("cut at {end}"));
            assert_eq!(damage, Damage::Length, "cut at {end}");
        }
    }
}

#[test]
fn every_extension_is_refused() {
    let body = plaintext(SMALL_CHUNK + 100);
    let mut extended = sealed_small(&body);
    for more in 1..=2 * SMALL_CHUNK {
        extended.push(0);
        let damage = is_refused(&extended, &body, &format!("{more} bytes more"));
        assert_eq!(damage, Damage::Length);
    }
}

#[test]
fn a_body_cut_at_a_chunk_border_is_refused_even_under_its_new_length() {
    let sealed = sealed_small(&plaintext(3 * SMALL_CHUNK));
    for chunks in 1..3 {
        let cut = &sealed[..HEADER_BYTES + chunks * (SMALL_CHUNK + TAG_BYTES)];
        let shorter = plaintext(chunks * SMALL_CHUNK);
        let damage = is_refused(cut, &shorter, "cut at a border");
        assert_eq!(damage, Damage::Chunk(u32::try_from(chunks).unwrap() - 1));
    }
}

#[test]
fn a_body_extended_by_its_own_last_chunk_is_refused_even_under_its_new_length() {
    let mut sealed = sealed_small(&plaintext(SMALL_CHUNK));
    let chunk = sealed[HEADER_BYTES..].to_vec();
    sealed.extend_from_slice(&chunk);
    let longer = plaintext(2 * SMALL_CHUNK);
    assert_eq!(is_refused(&sealed, &longer, "doubled"), Damage::Chunk(0));
}

fn chunk_range(index: usize) -> std::ops::Range<usize> {
    let start = HEADER_BYTES + index * (SMALL_CHUNK + TAG_BYTES);
    start..start + SMALL_CHUNK + TAG_BYTES
}

#[test]
fn chunks_that_changed_places_are_refused() {
    let body = plaintext(4 * SMALL_CHUNK);
    let sealed = sealed_small(&body);
    for first in 0..4 {
        for second in first + 1..4 {
            let mut changed = sealed.clone();
            changed[chunk_range(first)].copy_from_slice(&sealed[chunk_range(second)]);
            changed[chunk_range(second)].copy_from_slice(&sealed[chunk_range(first)]);
            let what = format!("{first} and {second} swapped");
            let damage = is_refused(&changed, &body, &what);
            assert_eq!(damage, Damage::Chunk(u32::try_from(first).unwrap()));
        }
    }
}

#[test]
fn a_chunk_of_another_blob_is_refused() {
    let body = plaintext(3 * SMALL_CHUNK);
    let sealed = sealed_small(&body);
    let other_salt = sealed_as(&key(1), BLOB, small_chunks(), [7; 32], &body);
    let other_id = BlobId::from_bytes([0xb2; 16]);
    let other_blob = sealed_as(&key(1), other_id, small_chunks(), SALT, &body);
    let other_key = sealed_as(&key(2), BLOB, small_chunks(), SALT, &body);
    for donor in [other_salt, other_blob, other_key] {
        for index in 0..3 {
            let mut changed = sealed.clone();
            changed[chunk_range(index)].copy_from_slice(&donor[chunk_range(index)]);
            let damage = is_refused(&changed, &body, &format!("chunk {index}"));
            assert_eq!(damage, Damage::Chunk(u32::try_from(index).unwrap()));
        }
    }
}

#[test]
fn two_blobs_that_changed_names_are_refused() {
    let body = plaintext(10);
    let other_id = BlobId::from_bytes([0xb2; 16]);
    let other = sealed_as(&key(1), other_id, small_chunks(), SALT, &body);
    assert_eq!(is_refused(&other, &body, "another blob"), Damage::Header);
}

#[test]
fn a_wrong_key_is_told_from_damage() {
    let body = plaintext(10);
    let other = sealed_as(&key(2), BLOB, small_chunks(), SALT, &body);
    let damage = is_refused(&other, &body, "sealed by another key");
    assert_eq!(damage, Damage::Commitment);
}

#[test]
fn the_header_of_one_key_over_the_chunks_of_another_is_refused() {
    let body = plaintext(10);
    let ours = sealed_small(&body);
    let mut theirs = sealed_as(&key(2), BLOB, small_chunks(), SALT, &body);
    theirs[..HEADER_BYTES].copy_from_slice(&ours[..HEADER_BYTES]);
    let damage = is_refused(&theirs, &body, "header of another key");
    assert_eq!(damage, Damage::Chunk(0));
}

#[test]
fn a_body_under_another_length_is_refused() {
    let body = plaintext(SMALL_CHUNK);
    let sealed = sealed_small(&body);
    for length in [0, SMALL_CHUNK - 1, SMALL_CHUNK + 1, usize::MAX] {
        let (bytes, outcome) = read_all(&sealed, length);
        assert!(bytes.is_empty());
        let refused = Error::Damaged {
            blob: BLOB,
            damage: Damage::Length,
        };
        assert_eq!(outcome.unwrap_err().to_string(), refused.to_string());
    }
}

#[test]
fn a_damaged_chunk_does_not_spoil_the_ranges_beside_it() {
    let body = plaintext(3 * SMALL_CHUNK);
    let mut sealed = sealed_small(&body);
    sealed[chunk_range(1).start] ^= 1;
    let chunk = SMALL_CHUNK as u64;
    for (offset, count) in [(0, chunk), (2 * chunk, chunk)] {
        let (bytes, outcome) = read(&sealed, body.len(), offset, count);
        outcome.unwrap();
        let start = usize::try_from(offset).unwrap();
        assert!(bytes == body[start..start + SMALL_CHUNK]);
    }
    let (bytes, outcome) = read(&sealed, body.len(), chunk - 1, 2);
    assert_eq!(bytes, body[SMALL_CHUNK - 1..SMALL_CHUNK]);
    assert!(outcome.is_err());
}

#[test]
fn a_range_that_is_not_inside_the_body_is_refused() {
    let sealed = sealed_small(&plaintext(10));
    let reader = BlobReader::open_small(&folder(), sealed, &key(1), BLOB, 10).unwrap();
    for (offset, count) in [(0, 11), (10, 1), (11, 0), (u64::MAX, 1), (1, u64::MAX)] {
        let refused = reader.read_range(offset, count);
        assert!(matches!(refused, Err(Error::RangeOutside)));
    }
    let mut nothing = reader.read_range(10, 0).unwrap();
    assert!(nothing.next_chunk().unwrap().is_none());
}

#[test]
fn a_body_longer_than_its_chunks_can_be_counted_is_refused() {
    let (mut sealer, _) = Sealer::begin_with_salt(&key(1), BLOB, small_chunks(), SALT);
    sealer.next_index = Some(u32::MAX);
    sealer.seal(&mut [], Position::Inner).unwrap();
    let refused = sealer.seal(&mut [], Position::Last);
    assert!(matches!(refused, Err(Error::BodyTooLong)));
}

#[test]
fn two_sealings_of_one_body_have_nothing_in_common() {
    let body = plaintext(100);
    let one = seal_whole(&key(1), BLOB, &body).unwrap();
    let other = seal_whole(&key(1), BLOB, &body).unwrap();
    assert_ne!(one[24..], other[24..]);
    assert_ne!(one[HEADER_BYTES..], other[HEADER_BYTES..]);
}

proptest! {
    #[test]
    fn a_range_is_the_slice_of_the_body(
        length in 0_usize..5_000,
        from in 0.0..=1.0_f64,
        share in 0.0..=1.0_f64,
    ) {
        let body = plaintext(length);
        let sealed = sealed_small(&body);
        let start = part_of(length, from);
        let count = part_of(length - start, share);
        let (bytes, outcome) = read(&sealed, length, start as u64, count as u64);
        prop_assert!(outcome.is_ok());
        prop_assert!(bytes == body[start..start + count]);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a small number")]
#[expect(clippy::cast_precision_loss, reason = "a small number")]
#[expect(clippy::cast_sign_loss, reason = "a share is not negative")]
fn part_of(whole: usize, share: f64) -> usize {
    ((whole as f64 * share) as usize).min(whole)
}

// Golden vectors of format 1, computed by a reader and writer of its own (Python's `hmac` and
// `cryptography`) from docs/BLOB_FORMAT.md. They never change: format 1 is on people's disks.

fn golden_key() -> DataKey {
    let mut bytes = [0; KEY_BYTES];
    bytes.iter_mut().zip(0..).for_each(|(b, n)| *b = n);
    DataKey(SecretKey::from_bytes(&bytes))
}

fn golden_blob() -> BlobId {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(0x40..).for_each(|(b, n)| *b = n);
    BlobId::from_bytes(bytes)
}

fn golden_salt() -> [u8; SALT_BYTES] {
    let mut bytes = [0; SALT_BYTES];
    bytes.iter_mut().zip(0x80..).for_each(|(b, n)| *b = n);
    bytes
}

fn golden(body: &[u8]) -> Vec<u8> {
    let chunks = ChunkSize::DEFAULT;
    sealed_as(&golden_key(), golden_blob(), chunks, golden_salt(), body)
}

const GOLDEN_HEADER: &str = "5354564201011000404142434445464748494a4b4c4d4e4f\
    808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
    85d705d518a437f700dcd6d62448e17db9b6af4d2adb39aeb123722fab23483a";

#[test]
fn golden_an_empty_body() {
    let expected = format!("{GOLDEN_HEADER}1e3d2f7fd9cec289c8b6c7256ae8f4a8");
    assert_eq!(hex::encode(golden(b"")), expected);
}

#[test]
fn golden_a_short_body() {
    let expected = format!("{GOLDEN_HEADER}b3b6f11d32e676268bf79ae230e2b577da05d01cda");
    assert_eq!(hex::encode(golden(b"stave")), expected);
}

#[test]
fn golden_a_body_of_one_whole_chunk() {
    let sealed = golden(&plaintext(65_536));
    assert_eq!(sealed.len(), 65_640);
    assert_eq!(
        hex::encode(Sha256::digest(&sealed)),
        "203d8d0104ff21ff43cdc1f36056aa42d5012205843e77670c3a95cdeed6c042"
    );
}

#[test]
fn golden_a_body_of_two_chunks() {
    let sealed = golden(&plaintext(65_537));
    assert_eq!(sealed.len(), 65_657);
    assert_eq!(
        hex::encode(&sealed[sealed.len() - 17..]),
        "0c9cddfa3ffd81293a871ef00509a67b98"
    );
    assert_eq!(
        hex::encode(Sha256::digest(&sealed)),
        "cb68c690862ce633df44a8f94e30ceedbe5c82c1a4a96cefaa2756b571a810fb"
    );
}

#[test]
fn golden_bodies_are_still_read() {
    let sealed = hex::decode(format!(
        "{GOLDEN_HEADER}b3b6f11d32e676268bf79ae230e2b577da05d01cda"
    ));
    let sealed = sealed.unwrap();
    let reader =
        BlobReader::open_small(&folder(), sealed, &golden_key(), golden_blob(), 5).unwrap();
    let mut chunks = reader.read_range(0, 5).unwrap();
    assert_eq!(chunks.next_chunk().unwrap().unwrap(), b"stave");
    assert!(chunks.next_chunk().unwrap().is_none());
}
