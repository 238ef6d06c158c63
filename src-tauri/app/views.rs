//! What crosses between the app and the window, in JSON. The TypeScript of each is generated into
//! `ui/src/lib/api/bindings/`; a test fails when that is stale. Times are milliseconds since 1970.

mod bucket_settings;
mod buckets;
mod developer;
mod events;
mod listing;
mod objects;
mod tags;
mod transfers;
mod uploads;
mod vault;

#[cfg(test)]
mod bindings_test;

pub use bucket_settings::{BucketSettings, LoggingView, OwnershipView, PayerView, WebsiteView};
pub use buckets::BucketView;
pub use developer::{
    AccessKeySecret, AccessKeyView, AppInfo, EndpointState, EndpointStatus, Settings, ShareLink,
    Snippet,
};
pub use events::{ChangeKind, ChangeView, DropEvent, DropPhase};
pub use listing::{
    ListingOpened, ListingProgress, ListingRequest, ListingRows, RowKind, RowView,
    SelectionSummary, SortColumn,
};
pub use objects::{
    AccessView, ChecksumView, DeleteResult, FailedKey, ObjectPartView, ObjectPartsView, ObjectView,
    PreviewKind, PreviewView, Undone, VersionView,
};
pub use tags::TagView;
pub use transfers::{JobStarted, TransferFailure, TransferKind, TransferState, TransferView};
pub use uploads::{UploadView, UploadsAborted, UploadsView};
pub use vault::{
    HolderKind, InUseBy, KeychainState, NewHolder, Purpose, VaultCreated, VaultState, VaultStatus,
};
