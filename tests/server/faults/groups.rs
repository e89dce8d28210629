//! Faults that show on groups.

use serde_json::{Value, json};

use crate::client::{Client, Reply, group};

/// A group "crew" of Ada.
struct Crew {
    ada: String,
    bob: String,
    id: String,
    made: Reply,
}

impl Crew {
    async fn new(client: &Client) -> Crew {
        let ada = client.user("ada").await;
        let bob = client.user("bob").await;
        let made = client.post("/Groups", &group("crew", &[&ada])).await;
        let id = made.id();
        Crew { ada, bob, id, made }
    }

    fn target(&self) -> String {
        format!("/Groups/{}", self.id)
    }

    /// Does something to the members by PATCH and gives the answer and those who are then members.
    async fn patch(&self, client: &Client, op: &str, ids: &[&str]) -> (u16, Vec<String>) {
        let value: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        let operations = json!([{"op": op, "path": "members", "value": value}]);
        let status = client.patch(&self.target(), operations).await.status;
        (status, client.members(&self.id).await)
    }

    async fn rename(&self, client: &Client) -> Reply {
        let value = json!({"id": self.id, "displayName": "staff"});
        let operations = json!([{"op": "replace", "value": value}]);
        client.patch(&self.target(), operations).await
    }
}

pub async fn shows(name: &str, client: &Client) -> Option<bool> {
    if !["group", "member"].iter().any(|word| name.contains(word)) || name.starts_with("user-") {
        return None;
    }
    let crew = Crew::new(client).await;
    let (ada, bob) = (crew.ada.as_str(), crew.bob.as_str());
    Some(match name {
        "read-group-405" => client.get(&crew.target()).await.status == 405,
        "group-create-429" => crew.made.status == 429,
        "groups-missing" => {
            let list = client.get("/Groups").await;
            list.status == 404 && list.json == Value::Null
        }
        "group-create-500" => crew.made.status == 500,
        "empty-group-rejected" => client.post("/Groups", &group("e", &[])).await.status == 400,
        "group-create-drops-members" => crew.made.json.get("members").is_none(),
        "group-displayname-altered" => {
            let found = client.find("Groups", "displayName", "crew").await;
            crew.made.json["displayName"] == "PRIMARY/crew" && found.total() == 0
        }
        "groups-list-omits-members" => {
            let list = client.get("/Groups").await.json;
            let last = list["Resources"].as_array().unwrap().last().unwrap().clone();
            last.get("members").is_none() && !client.members(&crew.id).await.is_empty()
        }
        "group-patch-not-implemented" => crew.rename(client).await.status == 501,
        "group-patch-id-in-value-rejected" => crew.rename(client).await.status == 400,
        "group-rename-wipes-members" => {
            let renamed = crew.rename(client).await;
            renamed.status == 200 && client.members(&crew.id).await.is_empty()
        }
        "group-rename-ignored" => {
            let renamed = crew.rename(client).await;
            renamed.status == 200 && renamed.json["displayName"] == "crew"
        }
        "put-group-own-name-409" => {
            let put = client.put(&crew.target(), &group("crew", &[ada])).await;
            put.status == 409
        }
        "put-group-members-ignored" => {
            let put = client.put(&crew.target(), &group("staff", &[bob])).await;
            put.json["displayName"] == "staff" && client.members(&crew.id).await == [ada]
        }
        "delete-group-deletes-users" => {
            client.delete(&crew.target()).await;
            client.get(&format!("/Users/{ada}")).await.status == 404
        }
        "delete-group-ignored" => {
            let gone = client.delete(&crew.target()).await;
            gone.status == 204 && client.get(&crew.target()).await.status == 200
        }
        "members-add-duplicate" => {
            let (_, members) = crew.patch(client, "add", &[ada]).await;
            members == [ada, ada]
        }
        "members-add-overwrites" => {
            let (_, members) = crew.patch(client, "add", &[bob]).await;
            members == [bob]
        }
        "members-remove-valuepath-ignored" => {
            let path = format!("members[value eq \"{ada}\"]");
            let operations = json!([{"op": "remove", "path": path}]);
            let status = client.patch(&crew.target(), operations).await.status;
            status == 200 && client.members(&crew.id).await == [ada]
        }
        "members-replace-unsupported" => crew.patch(client, "replace", &[bob]).await.0 == 400,
        "members-replace-appends" => {
            let (_, members) = crew.patch(client, "replace", &[bob]).await;
            members == [ada, bob]
        }
        "members-replace-empty-ignored" => {
            let (status, members) = crew.patch(client, "replace", &[]).await;
            status == 200 && members == [ada]
        }
        _ => return None,
    })
}
