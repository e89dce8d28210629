//! `meta-location-elsewhere`

use serde_json::Value;

use super::support::{at, first_wrong};
use crate::judge::{Level, Rule, Seen, Sighting, Subject};

pub(super) const RULE: Rule = Rule {
    id: "meta-location-elsewhere",
    level: Level::May,
    title: "meta.location is at another place than the target",
    spec: &["rfc7643#3.1"],
    looks_at: "Whether an absolute `meta.location` of a resource in a successful answer begins with the base URL; http for https is \
          a difference.",
    why: "It is the address of the resource. One of an inner host, or without the path of the tenant, leads nowhere for the \
          client. Okta does not follow it. Behind a tunnel it is right that it names the public address.",
    breaks: &[],
    admin: "",
    example: "GET https://scim.example.com/acme/v2/Users/7 answered {\"meta\": {\"location\": \"http://app-1:8080/Users/7\"}}",
    fix: "Configure the public base URL, or take scheme and host from the headers of your proxy.",
    judge,
};

fn judge(seen: &Seen<'_>) -> Vec<Sighting> {
    if seen.base.is_empty() {
        return Vec::new();
    }
    first_wrong(&seen.resources(), |resource| {
        let location = at(resource, "meta.location")?.as_str()?;
        let absolute = location.contains("://");
        let within = plain(location).strip_prefix(&plain(seen.base)).is_some_and(|rest| rest.starts_with('/'));
        (absolute && !within).then(|| {
            let actual = seen.show(resource, &Value::from(location));
            let expected = format!("an address that begins with {}/", seen.base);
            Sighting::new(Subject::Attribute("meta.location".to_owned()), expected, actual)
        })
    })
}

/// Without what makes no difference: letter case, ports that go without saying, the two names of this machine.
fn plain(address: &str) -> String {
    let lower = address.to_ascii_lowercase();
    let (scheme, rest) = lower.split_once("://").unwrap_or(("", &lower));
    let port = if scheme == "https" { ":443" } else { ":80" };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.strip_suffix(port).unwrap_or(host).replace("localhost", "127.0.0.1");
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{ada_as, fine, get, with, wrong},
        *,
    };
    use crate::http::Exchange;

    fn told(location: &str) -> Exchange {
        get("/Users/7").answers(200, with(ada_as("7"), "meta", json!({"location": location})))
    }

    #[test]
    fn other_hosts_schemes_and_paths_fire() {
        for odd in ["http://x/Users/7", "https://inner:8080/Users/7", "https://xy/Users/7"] {
            wrong(&RULE, &[told(odd)]);
        }
    }

    #[test]
    fn the_base_url_and_relative_addresses_are_fine() {
        for same in ["https://x/Users/7", "https://X:443/Users/7", "Users/7", "/scim/Users/7"] {
            fine(&RULE, &[told(same)]);
        }
        assert_eq!(plain("http://localhost:80/a"), plain("HTTP://127.0.0.1/a"));
    }
}
