//! A client on one connection that notices when an answer does not come whole.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::TcpStream;

use scim_check::scim::urn;
use serde_json::{Value, json};

pub struct Connection {
    stream: BufReader<TcpStream>,
    authority: String,
    /// The value of `Authorization`, if one is to be sent.
    pub credentials: Option<String>,
    /// The value of `If-Match`, if one is to be sent.
    pub condition: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub etag: String,
    pub json: Value,
}

impl Reply {
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap().to_owned()
    }

    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.json);
        self
    }
}

impl Connection {
    pub fn to(base: &str) -> Result<Connection> {
        let authority = base.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
        let stream = TcpStream::connect(&authority)?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream: BufReader::new(stream), authority, credentials: None, condition: None })
    }

    /// Sends a request and reads the whole answer.
    pub fn ask(&mut self, method: &str, target: &str, body: Option<&Value>) -> Result<Reply> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let given = self.credentials.iter().map(|given| format!("Authorization: {given}\r\n"));
        let given = given.chain(self.condition.iter().map(|tag| format!("If-Match: {tag}\r\n"))).collect::<String>();
        let request = format!(
            "{method} /scim/v2{target} HTTP/1.1\r\nHost: {}\r\n{given}Content-Type: application/scim+json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.authority,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let cut = || Error::other("the answer is cut off");
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
        let (mut etag, mut length) = (String::new(), 0);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "etag" => value.clone_into(&mut etag),
                "content-length" => length = value.parse().map_err(Error::other)?,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let json = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body)? };
        Ok(Reply { status, etag, json })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None => Err(Error::other("the answer is cut off")),
        }
    }

    pub fn get(&mut self, target: &str) -> Reply {
        self.ask("GET", target, None).unwrap()
    }

    pub fn post(&mut self, target: &str, body: &Value) -> Reply {
        self.ask("POST", target, Some(body)).unwrap()
    }

    pub fn patch(&mut self, target: &str, operation: Value) -> Reply {
        self.ask("PATCH", target, Some(&patch(operation))).unwrap()
    }

    pub fn delete(&mut self, target: &str) -> Reply {
        self.ask("DELETE", target, None).unwrap()
    }
}

pub fn user(name: &str) -> Value {
    json!({"schemas": [urn::USER], "userName": name, "externalId": format!("hr-{name}"), "title": "first"})
}

pub fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|member| json!({"value": member})).collect();
    json!({"schemas": [urn::GROUP], "displayName": name, "members": members})
}

pub fn patch(operation: Value) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": [operation]})
}
