//! The server on a socket.

use scim_check::server::{Server, ServerOptions};

use crate::client::user;

#[tokio::test]
async fn a_real_server_starts_answers_dumps_and_stops() {
    let server = Server::start(ServerOptions { seed: 20, ..ServerOptions::default() }).await.unwrap();
    let url: url::Url = server.base_url().parse().unwrap();
    let address = format!("127.0.0.1:{}", url.port().unwrap());
    let body = user("ada").to_string();
    let (status, text) = raw(&address, &body).await;
    assert_eq!(status, "HTTP/1.1 201 Created");
    assert!(text.contains(&format!("\"location\":\"{}/Users/", server.base_url())));
    let dump = server.dump();
    assert_eq!(dump["users"].as_array().unwrap().len(), 21);
    assert_eq!(dump["groups"].as_array().unwrap().len(), 2);
    let ids: Vec<&str> = dump["users"].as_array().unwrap().iter().map(|u| u["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted());
    assert!(!dump.to_string().contains("q7Zt2mKp"));
    server.stop().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
}

/// Two requests over one connection; the second one's status line and body are given back.
async fn raw(address: &str, body: &str) -> (String, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = |method: &str, extra: &str| {
        format!(
            "{method} /scim/v2/Users HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\n{extra}\r\n"
        )
    };
    stream.write_all(head("GET", "").as_bytes()).await.unwrap();
    let mut seen = vec![0; 65536];
    let read = stream.read(&mut seen).await.unwrap();
    assert!(read > 0);
    let extra = format!("Connection: close\r\nContent-Length: {}\r\n", body.len());
    stream.write_all(format!("{}{body}", head("POST", &extra)).as_bytes()).await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    let start = rest.find("HTTP/1.1").unwrap();
    let rest = &rest[start..];
    (rest.lines().next().unwrap().to_owned(), rest.to_owned())
}

#[tokio::test]
async fn no_two_resources_have_one_id() {
    let client = crate::client::Client::new(ServerOptions { seed: 250, ..ServerOptions::default() });
    let list = client.get("/?count=1000").await;
    assert_eq!(list.total(), 250 + 25 + 3 + 3);
    let all = list.json["Resources"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = all.iter().map(|resource| resource["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
}
