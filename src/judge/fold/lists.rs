//! Which rules explain what others say.

/// After these Okta holds the wrong account or none, or nobody knows what the target holds: whatever a story finds of it later is
/// no news.
pub(super) const DERAILS: [&str; 10] = [
    "user-name-missing",
    "user-name-changed",
    "known-resource-not-found",
    "id-differs-from-url",
    "id-missing",
    "lookup-finds-others",
    "lookup-misses-known",
    "conflict-after-empty-lookup",
    "redirect",
    "no-answer",
];

/// What a rule says explains what others say of the same step; no others named: all that other rules say of the same exchange.
pub(super) const EXPLAINS: [(&str, &[&str]); 16] = [
    ("list-schema-missing", &["discovery-not-a-list"]),
    ("list-numbers-not-integers", &["discovery-not-a-list"]),
    ("list-total-missing", &["discovery-not-a-list"]),
    ("error-as-success", &[]),
    ("extension-flattened", &["declared-but-dropped"]),
    ("secret-shown", &["attribute-undeclared"]),
    ("json-name-twice", &["attribute-name-case", "created-inactive", "activation-not-shown", "deactivation-not-shown"]),
    ("media-type-refused", &[]),
    ("groups-not-served", &[]),
    ("answer-not-json", &[]),
    ("redirect", &[]),
    (
        "list-resource-twice",
        &[
            "list-total-too-small",
            "items-per-page-not-returned",
            "page-longer-than-asked",
            "page-repeats-resources",
            "discovery-not-a-list",
            "resource-type-incomplete",
        ],
    ),
    ("list-resources-missing", &["items-per-page-not-returned"]),
    ("page-repeats-resources", &["list-total-too-small", "start-index-differs"]),
    ("deactivation-not-shown", &["etag-differs"]),
    ("activation-not-shown", &["etag-differs"]),
];

/// After these an answer is of no use, or shows other resources than were asked for: whatever else is wrong with it follows. What the
/// other rules say is about one place of an answer, and explains what is said of the same place.
pub(super) const SPOILS: [&str; 40] = [
    "answer-not-json",
    "body-too-large",
    "conflict-after-empty-lookup",
    "create-answer-empty",
    "create-refused",
    "discovery-entry-differs",
    "discovery-not-a-list",
    "discovery-query-heeded",
    "duplicate-accepted",
    "duplicate-not-409",
    "endpoint-not-served",
    "error-as-success",
    "error-not-json",
    "groups-not-served",
    "id-differs-from-url",
    "id-missing",
    "import-page-cut-short",
    "known-resource-not-found",
    "list-refused",
    "list-resource-twice",
    "list-resources-missing",
    "list-total-too-small",
    "lookup-finds-others",
    "lookup-miss-not-200",
    "lookup-misses-known",
    "lookup-refused",
    "media-type-refused",
    "no-answer",
    "own-credentials-refused",
    "page-longer-than-asked",
    "page-repeats-resources",
    "patch-refused",
    "read-refused",
    "redirect",
    "replace-answer-empty",
    "replace-refused",
    "server-error",
    "server-error-on-odd-request",
    "success-without-body",
    "wrong-credentials-accepted",
];

/// A change shows late.
pub(super) const LATE: &str = "change-shown-late";
/// What may be said where a change shows late.
pub(super) const TOO_EARLY: [&str; 2] = ["read-differs-from-write", "last-modified-stale"];
/// What is written is not kept.
pub(super) const DROPPED: &str = "declared-but-dropped";
/// There are no groups.
pub(super) const NO_GROUPS: &str = "groups-not-served";
/// Nothing came.
pub(super) const SILENCE: &str = "no-answer";
/// Whether somebody is active is not as it should be.
pub(super) const ACTIVITY: [&str; 3] = ["activation-not-shown", "deactivation-not-shown", "created-inactive"];
