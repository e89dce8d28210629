//! `etag-differs`

use super::support::{id, text};
use crate::judge::{Level, Rule, Seen, Sighting, Subject, describe};

pub(super) const RULE: Rule = Rule {
    id: "etag-differs",
    level: Level::Should,
    title: "The ETag header is not meta.version",
    spec: &["rfc7643#3.1", "rfc7644#3.14"],
    looks_at: "The ETag header of an answer with one resource, held against its `meta.version`: what is between the quotes, since \
          proxies make strong tags weak or add the name of a compression.",
    why: "RFC 7643 makes them equal. A client that keeps the version from the body and sends it in If-Match is refused for \
          ever.",
    breaks: &[],
    admin: "",
    example: "ETag: W/\"1\" beside {\"meta\": {\"version\": \"W/\\\"2\\\"\"}}",
    fix: "Write one and the same tag into both.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    let (Some(response), Some(resource)) = (seen.success(), seen.resource()) else {
        return Vec::new();
    };
    // Another resource than the one asked for is told by id-differs-from-url.
    let another = seen.kind().id().is_some_and(|asked| id(resource).is_some_and(|own| own != asked));
    if another {
        return Vec::new();
    }
    let (Some(tag), Some(version)) = (response.header("etag"), text(resource, "meta.version")) else {
        return Vec::new();
    };
    Sighting::when(opaque(tag) != opaque(version), || {
        let version = describe(&serde_json::Value::from(version));
        Sighting::new(Subject::Header("etag".to_owned()), version, tag)
    })
}

/// What is between the quotes, without what proxies add.
fn opaque(tag: &str) -> &str {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag).trim_matches('"');
    ["-gzip", "--gzip", "-br", "-zstd", ";gzip"].iter().find_map(|end| tag.strip_suffix(end)).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn read(tag: &str, version: &str) -> Exchange {
        let body = with(ada_as("7"), "meta", json!({"version": version}));
        get("/Users/7").answers_with(200, &[("ETag", tag)], body)
    }

    #[test]
    fn another_tag_fires() {
        wrong(&RULE, &[read("W/\"1\"", "W/\"2\"")]);
        wrong(&RULE, &[read("\"1\"", "2")]);
    }

    #[test]
    fn weak_quoted_and_compressed_forms_are_fine() {
        for (tag, version) in [("W/\"1\"", "\"1\""), ("\"1-gzip\"", "W/\"1\""), ("\"1\"", "1"), ("W/\"1\"", "W/\"1\"")]
        {
            fine(&RULE, &[read(tag, version)]);
        }
        fine(&RULE, &[get("/Users/7").answers_with(200, &[("ETag", "\"1\"")], ada_as("7"))]);
    }
}
