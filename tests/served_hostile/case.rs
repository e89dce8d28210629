//! One request that no client should send, and what comes.

use super::served::Served;

/// A request, and its answer in short.
pub struct Case {
    /// What the client sends, as the page says it.
    pub does: &'static str,
    pub sends: Sends,
    /// Status and `scimType`, or what comes instead; see [`super::served::Came`].
    pub comes: &'static str,
}

/// What is sent. `{user}`, `{group}`, `{host}` and `{token}` stand for what there is.
pub enum Sends {
    /// A GET below the base path.
    Get(&'static str),
    /// A method, a target below the base path, and JSON.
    Json(&'static str, &'static str, &'static str),
    /// The same with a body that is made.
    Made(&'static str, &'static str, fn() -> Vec<u8>),
    /// Further headers of a POST of somebody new.
    Headers(&'static str),
    /// All of it.
    Text(&'static str),
    /// All of it, made.
    Bytes(fn() -> Vec<u8>),
    /// All of it; after that the client says that nothing more comes.
    Half(&'static str),
}

/// A case in one line.
pub const fn case(does: &'static str, sends: Sends, comes: &'static str) -> Case {
    Case { does, sends, comes }
}

impl Case {
    /// Sends it and says what came.
    pub fn came(&self, served: &Served) -> String {
        let request = |method: &str, target: &str, body: &[u8]| {
            let head = format!(
                "{method} /scim/v2{target} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n\
                 Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            [served.fill(head.as_bytes()), body.to_vec()].concat()
        };
        let bytes = match &self.sends {
            Sends::Get(target) => request("GET", target, b""),
            Sends::Json(method, target, body) => request(method, target, &served.fill(body.as_bytes())),
            Sends::Made(method, target, body) => request(method, target, &body()),
            Sends::Headers(headers) => {
                let body = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new"}"#;
                let head = format!("POST /scim/v2/Users HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
                served.fill(format!("{head}{body}").as_bytes())
            }
            Sends::Text(text) | Sends::Half(text) => served.fill(text.as_bytes()),
            Sends::Bytes(bytes) => served.fill(&bytes()),
        };
        served.send(&bytes, matches!(self.sends, Sends::Half(_))).to_string()
    }
}
