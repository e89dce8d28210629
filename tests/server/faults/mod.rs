//! Every fault can be seen, and the clean server does not show it.

mod groups;
mod lists;
mod people;
mod time;
mod wire;

use scim_check::server::fault::FAULTS;

use crate::client::Client;

async fn shows(name: &str, client: &Client) -> bool {
    let seen = match people::shows(name, client).await {
        None => groups::shows(name, client).await,
        seen => seen,
    };
    let seen = match seen {
        None => lists::shows(name, client).await,
        seen => seen,
    };
    let seen = match seen {
        None => time::shows(name, client).await,
        seen => seen,
    };
    let seen = match seen {
        None => wire::shows(name, client).await,
        seen => seen,
    };
    seen.unwrap_or_else(|| panic!("nothing looks for {name}"))
}

#[tokio::test]
async fn each_fault_is_seen_and_only_where_it_is() {
    for fault in FAULTS {
        let token = (fault.area == "auth").then_some("s3cret");
        let faulty = Client::with_token(Some(fault.name), token);
        assert!(shows(fault.name, &faulty).await, "{fault:?} can't be seen");
        let clean = Client::with_token(None, token);
        assert!(!shows(fault.name, &clean).await, "{fault:?} without cause");
    }
}

#[test]
fn there_are_as_many_as_promised() {
    assert_eq!(FAULTS.len(), 123);
}
