//! What crosses between the app and the window, in JSON. The TypeScript of each is generated into
//! `ui/src/lib/api/bindings/`; a test fails when that is stale. Times are milliseconds since 1970.

mod access;
mod audit;
mod bucket_settings;
mod buckets;
mod cors;
mod developer;
mod diagnosis;
mod encryption;
mod events;
mod identities;
mod keys;
mod links;
mod listing;
mod objects;
mod port;
mod tags;
mod transfers;
mod uploads;
mod vault;

#[cfg(test)]
mod bindings_test;

pub use access::{
    BucketAccess, BucketPolicyCheck, EffectiveAccess, EffectiveRight, PublicBlock, PublicBlockView,
    PublicRight, SimulateRequest, Simulation, SimulationBy, SimulationDecision, SimulationStep,
};
pub use audit::{
    AuditAsked, AuditExported, AuditFaultView, AuditRecords, AuditVerified, AuditView,
};
pub use bucket_settings::{BucketSettings, LoggingView, OwnershipView, PayerView, WebsiteView};
pub use buckets::BucketView;
pub use cors::{
    CorsCheck, CorsDraft, CorsQuestion, CorsRefusalView, CorsRuleView, CorsVerdict, CorsView,
    HeaderView,
};
pub use developer::{
    AccessKeySecret, AccessKeyView, AppInfo, EndpointState, EndpointStatus, Settings, ShareLink,
    Snippet,
};
pub use diagnosis::Diagnosis;
pub use encryption::{
    BucketAlgorithm, BucketEncryptionView, CustomerKeyGiven, CustomerKeyKept, CustomerKeyView,
    EncryptionKind, EncryptionView,
};
pub use events::{ChangeKind, ChangeView, DropEvent, DropPhase};
pub use identities::{IdentityDetails, IdentityView, PolicyTemplate};
pub use keys::{
    GrantView, KeyBucketView, KeyDetails, KeyStateView, KeyVersionView, KeyView, PolicyAllowance,
    PolicyCheck, PolicyProblem, ReencryptTo,
};
pub use links::{LinkForm, LinkKind, LinkOpening, LinkRequest, LinkView, NetworkShareView};
pub use listing::{
    ListingOpened, ListingProgress, ListingRequest, ListingRows, RowKind, RowView,
    SelectionSummary, SortColumn,
};
pub use objects::{
    AccessView, ChecksumView, DeleteResult, FailedKey, ObjectPartView, ObjectPartsView, ObjectView,
    PreviewKind, PreviewView, Undone, VersionView,
};
pub use port::{RequestView, TlsView};
pub use tags::TagView;
pub use transfers::{JobStarted, TransferFailure, TransferKind, TransferState, TransferView};
pub use uploads::{UploadView, UploadsAborted, UploadsView};
pub use vault::{
    DrillResult, HolderKind, InUseBy, KeychainState, NewHolder, Purpose, RecoverySheet,
    VaultCreated, VaultState, VaultStatus,
};

// What tests alone call by name.
#[cfg(test)]
pub use identities::IdentityKindView;
#[cfg(test)]
pub use links::{LinkAudienceView, LinkOutcomeView, LinkStateView};
