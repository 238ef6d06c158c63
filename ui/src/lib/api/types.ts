/**
 * The words that cross between the window and the app: those that Rust writes (see `bindings/`), and the few
 * that are the window's own. Times are milliseconds since 1970, sizes are bytes.
 */

import type { Change } from "./bindings/Change";
import type { CorsRefusal } from "./bindings/CorsRefusal";
import type { DropEvent } from "./bindings/DropEvent";
import type { ListingProgress } from "./bindings/ListingProgress";

export type { Access } from "./bindings/Access";
export type { AccessKeySecret } from "./bindings/AccessKeySecret";
export type { AccessKeyView } from "./bindings/AccessKeyView";
export type { AppInfo } from "./bindings/AppInfo";
export type { AuditExported } from "./bindings/AuditExported";
export type { AuditFault } from "./bindings/AuditFault";
export type { AuditPage } from "./bindings/AuditPage";
export type { AuditQuery } from "./bindings/AuditQuery";
export type { AuditVerdict } from "./bindings/AuditVerdict";
export type { AuditView } from "./bindings/AuditView";
export type { BucketAccess } from "./bindings/BucketAccess";
export type { BucketEncryption } from "./bindings/BucketEncryption";
export type { BucketPolicyCheck } from "./bindings/BucketPolicyCheck";
export type { BucketSettings } from "./bindings/BucketSettings";
export type { BucketView } from "./bindings/BucketView";
export type { Change } from "./bindings/Change";
export type { Checksum } from "./bindings/Checksum";
export type { CorsCheck } from "./bindings/CorsCheck";
export type { CorsDraft } from "./bindings/CorsDraft";
export type { CorsQuestion } from "./bindings/CorsQuestion";
export type { CorsRefusal } from "./bindings/CorsRefusal";
export type { CorsRuleView } from "./bindings/CorsRuleView";
export type { CorsVerdict } from "./bindings/CorsVerdict";
export type { CorsView } from "./bindings/CorsView";
export type { CustomerKeyKept } from "./bindings/CustomerKeyKept";
export type { CustomerKeyRef } from "./bindings/CustomerKeyRef";
export type { CustomerKeyView } from "./bindings/CustomerKeyView";
export type { DeleteResult } from "./bindings/DeleteResult";
export type { Diagnosis } from "./bindings/Diagnosis";
export type { DiagnosisPart } from "./bindings/DiagnosisPart";
export type { DrillResult } from "./bindings/DrillResult";
export type { DropEvent } from "./bindings/DropEvent";
export type { EffectiveAccess } from "./bindings/EffectiveAccess";
export type { EffectiveRight } from "./bindings/EffectiveRight";
export type { EncryptionView } from "./bindings/EncryptionView";
export type { EndpointStatus } from "./bindings/EndpointStatus";
export type { Finding } from "./bindings/Finding";
export type { GrantView } from "./bindings/GrantView";
export type { HeaderView } from "./bindings/HeaderView";
export type { HolderKind as Holder } from "./bindings/HolderKind";
export type { IdentityDetails } from "./bindings/IdentityDetails";
export type { IdentityKind } from "./bindings/IdentityKind";
export type { IdentityView } from "./bindings/IdentityView";
export type { InlinePolicy } from "./bindings/InlinePolicy";
export type { KeychainState } from "./bindings/KeychainState";
export type { KeyDetails } from "./bindings/KeyDetails";
export type { KeyRotation } from "./bindings/KeyRotation";
export type { KeyState } from "./bindings/KeyState";
export type { KeyUse } from "./bindings/KeyUse";
export type { KeyVersionView } from "./bindings/KeyVersionView";
export type { KeyView } from "./bindings/KeyView";
export type { LinkAudience } from "./bindings/LinkAudience";
export type { LinkForm } from "./bindings/LinkForm";
export type { LinkKind } from "./bindings/LinkKind";
export type { LinkOpening } from "./bindings/LinkOpening";
export type { LinkOutcome } from "./bindings/LinkOutcome";
export type { LinkRequest } from "./bindings/LinkRequest";
export type { LinkState } from "./bindings/LinkState";
export type { LinkView } from "./bindings/LinkView";
export type { ListingProgress } from "./bindings/ListingProgress";
export type { ListingRequest } from "./bindings/ListingRequest";
export type { ListingRows } from "./bindings/ListingRows";
export type { Logging } from "./bindings/Logging";
export type { LogKeyFormat } from "./bindings/LogKeyFormat";
export type { NetworkShare } from "./bindings/NetworkShare";
export type { ObjectPartsView } from "./bindings/ObjectPartsView";
export type { ObjectPartView } from "./bindings/ObjectPartView";
export type { ObjectView } from "./bindings/ObjectView";
export type { Ownership } from "./bindings/Ownership";
export type { Payer } from "./bindings/Payer";
export type { PolicyAllowance } from "./bindings/PolicyAllowance";
export type { PolicyCheck } from "./bindings/PolicyCheck";
export type { PolicyProblem } from "./bindings/PolicyProblem";
export type { PolicyTemplate } from "./bindings/PolicyTemplate";
export type { PreviewView } from "./bindings/PreviewView";
export type { PublicBlock } from "./bindings/PublicBlock";
export type { PublicBlockView } from "./bindings/PublicBlockView";
export type { Purpose } from "./bindings/Purpose";
export type { ReencryptTo } from "./bindings/ReencryptTo";
export type { RequestRecord } from "./bindings/RequestRecord";
export type { RowKind } from "./bindings/RowKind";
export type { RowView } from "./bindings/RowView";
export type { SelectionSummary } from "./bindings/SelectionSummary";
export type { SessionView } from "./bindings/SessionView";
export type { ShareLink } from "./bindings/ShareLink";
export type { SignatureKind } from "./bindings/SignatureKind";
export type { SimulateRequest } from "./bindings/SimulateRequest";
export type { Simulation } from "./bindings/Simulation";
export type { SimulationBy } from "./bindings/SimulationBy";
export type { SimulationStep } from "./bindings/SimulationStep";
export type { Snippet } from "./bindings/Snippet";
export type { SortColumn } from "./bindings/SortColumn";
export type { Tag } from "./bindings/Tag";
export type { TlsView } from "./bindings/TlsView";
export type { TransferKind } from "./bindings/TransferKind";
export type { TransferState } from "./bindings/TransferState";
export type { TransferView } from "./bindings/TransferView";
export type { UploadsAborted } from "./bindings/UploadsAborted";
export type { UploadsView } from "./bindings/UploadsView";
export type { UploadView } from "./bindings/UploadView";
export type { VaultCreated } from "./bindings/VaultCreated";
export type { VaultState } from "./bindings/VaultState";
export type { VaultStatus } from "./bindings/VaultStatus";
export type { Versioning } from "./bindings/Versioning";
export type { VersionView } from "./bindings/VersionView";
export type { Website } from "./bindings/Website";

/** A cursor as it is opened: what is known by then. */
export type ListingOpened = ListingProgress;

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

/** Settings are text by name, so that a newer window can keep its own beside them. */
export type SettingsMap = Record<string, string>;

/** What the app says by itself, and what comes along. */
export interface ApiEvents {
  change: Change;
  transfers: null;
  listing: ListingProgress;
  endpoint: null;
  vault: null;
  /** A page of another origin asked, and was refused. */
  "cors-refused": CorsRefusal;
  /** A link was made, opened or ended. */
  links: null;
  /** Requests were answered. */
  request: null;
  drop: DropEvent;
}
