//! What crosses between the app and the window, in JSON. The TypeScript of each is generated into
//! `ui/src/lib/api/bindings/`; a test fails when that is stale. Times are milliseconds since 1970.

mod audit;
mod bucket_settings;
mod buckets;
mod developer;
mod encryption;
mod events;
mod keys;
mod listing;
mod objects;
mod tags;
mod transfers;
mod uploads;
mod vault;

#[cfg(test)]
mod bindings_test;

pub use audit::{
    AuditAsked, AuditExported, AuditFaultView, AuditRecords, AuditVerified, AuditView,
};
pub use bucket_settings::{BucketSettings, LoggingView, OwnershipView, PayerView, WebsiteView};
pub use buckets::BucketView;
pub use developer::{
    AccessKeySecret, AccessKeyView, AppInfo, EndpointState, EndpointStatus, Settings, ShareLink,
    Snippet,
};
pub use encryption::{
    BucketAlgorithm, BucketEncryptionView, CustomerKeyGiven, CustomerKeyKept, CustomerKeyView,
    EncryptionKind, EncryptionView,
};
pub use events::{ChangeKind, ChangeView, DropEvent, DropPhase};
pub use keys::{
    GrantView, KeyBucketView, KeyDetails, KeyStateView, KeyVersionView, KeyView, PolicyAllowance,
    PolicyCheck, PolicyProblem, ReencryptTo,
};
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
    DrillResult, HolderKind, InUseBy, KeychainState, NewHolder, Purpose, RecoverySheet,
    VaultCreated, VaultState, VaultStatus,
};
