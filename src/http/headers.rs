//! The headers of a request in the order in which they stand on the wire.

/// What the client adds to the headers of a request: who asks, how long the body is, and for which host.
#[derive(Clone, Default)]
pub struct Added<'a> {
    /// Credentials and further headers of the user's.
    pub credentials: Vec<(&'a str, &'a str)>,
    /// Bytes of the body, where there is one.
    pub length: Option<String>,
    /// Host, and port where it is not the scheme's own.
    pub host: &'a str,
}

/// A request's own headers with what is added put where Okta's client has it: credentials right behind User-Agent,
/// then Content-Length and Host (okta-client 2.1, and the samples behind it). A header that the request or the user
/// writes out stands where it was written, and is not added again.
pub fn on_the_wire<'a>(own: &'a [(String, String)], added: &'a Added<'a>) -> Vec<(&'a str, &'a str)> {
    let mut headers: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let place = position(&headers, "user-agent").map_or(headers.len(), |at| at + 1);
    let framed = position(&headers, "content-length").or(position(&headers, "transfer-encoding")).is_some();
    let length = added.length.as_deref().filter(|_| !framed).map(|length| ("Content-Length", length));
    let credentials = added.credentials.iter().filter(|(name, _)| position(&headers, name).is_none());
    let mut more: Vec<(&str, &str)> = credentials.copied().chain(length).collect();
    if position(&headers, "host").or(position(&more, "host")).is_none() {
        more.push(("Host", added.host));
    }
    headers.splice(place..place, more);
    headers
}

fn position(headers: &[(&str, &str)], name: &str) -> Option<usize> {
    headers.iter().position(|(have, _)| have.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(own: &[&str], added: &Added<'_>) -> Vec<String> {
        let own: Vec<(String, String)> = own.iter().map(|name| ((*name).to_owned(), "own".to_owned())).collect();
        on_the_wire(&own, added).iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn what_is_added_follows_the_user_agent() {
        let added = Added {
            credentials: vec![("Authorization", "token"), ("X-Tenant", "acme")],
            length: Some("7".to_owned()),
            host: "h:1",
        };
        assert_eq!(
            names(&["Accept", "User-Agent", "Connection"], &added),
            [
                "Accept=own",
                "User-Agent=own",
                "Authorization=token",
                "X-Tenant=acme",
                "Content-Length=7",
                "Host=h:1",
                "Connection=own"
            ]
        );
        assert_eq!(names(&[], &Added { host: "h", ..Added::default() }), ["Host=h"]);
    }

    #[test]
    fn what_is_written_out_is_not_added_again() {
        let added = Added {
            credentials: vec![("Authorization", "token"), ("host", "other")],
            length: Some("7".to_owned()),
            host: "h",
        };
        assert_eq!(
            names(&["content-length", "AUTHORIZATION", "User-Agent"], &added),
            ["content-length=own", "AUTHORIZATION=own", "User-Agent=own", "host=other"]
        );
        assert_eq!(
            names(&["Host", "Transfer-Encoding"], &added),
            ["Host=own", "Transfer-Encoding=own", "Authorization=token"]
        );
    }
}
