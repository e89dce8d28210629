//! Filters, sorting, pages and projections that are absurd.

use serde_json::json;

use super::case::{Case, Sends::*, case};

macro_rules! filter {
    ($filter:literal) => {
        Get(concat!("/Users?filter=", $filter))
    };
}

macro_rules! search {
    ($($member:tt)*) => {
        Made("POST", "/Users/.search", || {
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], $($member)*}).to_string().into_bytes()
        })
    };
}

pub const CASES: &[Case] = &[
    case("an empty filter", filter!(""), "400 invalidFilter"),
    case("a filter of one word", filter!("userName"), "400 invalidFilter"),
    case("a filter without a value", filter!("userName%20eq"), "400 invalidFilter"),
    case("an unknown operator", filter!("userName%20like%20%22a%22"), "400 invalidFilter"),
    case("an unknown attribute", filter!("shoeSize%20eq%201"), "400 invalidFilter"),
    case("a quote that does not end", filter!("userName%20eq%20%22a"), "400 invalidFilter"),
    case("a value without quotes", filter!("userName%20eq%20ada"), "400 invalidFilter"),
    case("a value in single quotes", filter!("userName%20eq%20'ada'"), "400 invalidFilter"),
    case("a value that no computer knows", filter!("userName%20eq%201e400"), "400 invalidFilter"),
    case("half a character as value", filter!("userName%20eq%20%22%5Cud800%22"), "400 invalidFilter"),
    case("more behind the filter", filter!("userName%20pr%20userName%20pr"), "400 invalidFilter"),
    case("SQL", filter!("userName%20eq%20%22a%22%20or%201=1"), "400 invalidFilter"),
    case("a parenthesis that does not end", filter!("(userName%20pr"), "400 invalidFilter"),
    case("a bracket that does not end", filter!("emails%5Btype%20pr"), "400 invalidFilter"),
    case("a filter within a filter's brackets", filter!("emails%5Bemails%5Btype%20pr%5D%5D"), "400 invalidFilter"),
    case("an order of truth", filter!("active%20gt%20true"), "400 invalidFilter"),
    case("a percent sign", filter!("%"), "400 invalidFilter"),
    case("broken escapes", filter!("userName%20eq%20%2"), "400 invalidFilter"),
    case("escapes that are no UTF-8", filter!("userName%20eq%20%22%ff%fe%22"), "200"),
    case("control characters", filter!("userName%20eq%20%22%00%1b%0a%22"), "400 invalidFilter"),
    case("7,000 parentheses", Bytes(|| asks("(", 7_000, "")), "400 invalidFilter"),
    case("1,000 times not", Bytes(|| asks("not(", 1_000, "")), "400 invalidFilter"),
    case("a filter of 9 kB", Bytes(|| asks("id%20pr%20or%20", 1_000, "id%20pr")), "400 invalidFilter"),
    case("a filter of 700 parts", Bytes(|| asks("id%20pr%20or%20", 700, "id%20pr")), "200"),
    case("an attribute of 8 kB", Bytes(|| asks("x", 8_000, "%20pr")), "400 invalidFilter"),
    case("a path of 2,000 parts", Bytes(|| asks("x.", 2_000, "x%20pr")), "400 invalidFilter"),
    case("sorting by nothing", Get("/Users?sortBy="), "400 invalidPath"),
    case("sorting by what nobody has", Get("/Users?sortBy=shoeSize"), "400 invalidPath"),
    case("sorting by what has parts", Get("/Users?sortBy=name"), "400 invalidPath"),
    case("sorting by a filter", Get("/Users?sortBy=emails%5Btype%20eq%20%22work%22%5D.value"), "200"),
    case("sorting sideways", Get("/Users?sortBy=userName&sortOrder=sideways"), "400 invalidValue"),
    case("a startIndex of -1", Get("/Users?startIndex=-1"), "200"),
    case("a startIndex of 2^63-1", Get("/Users?startIndex=9223372036854775807"), "200"),
    case("a startIndex of 2^63", Get("/Users?startIndex=9223372036854775808"), "400 invalidValue"),
    case("a startIndex of 1.5", Get("/Users?startIndex=1.5"), "400 invalidValue"),
    case("a startIndex of letters", Get("/Users?startIndex=first"), "400 invalidValue"),
    case("an empty startIndex", Get("/Users?startIndex="), "400 invalidValue"),
    case("a count of -1", Get("/Users?count=-1"), "200"),
    case("a count of 2^63-1", Get("/Users?count=9223372036854775807"), "200"),
    case("a count of 30 digits", Get("/Users?count=999999999999999999999999999999"), "400 invalidValue"),
    case("a count of 1e3", Get("/Users?count=1e3"), "400 invalidValue"),
    case("a count of NaN", Get("/Users?count=NaN"), "400 invalidValue"),
    case("two counts", Get("/Users?count=1&count=x"), "200"),
    case("attributes that nobody has", Get("/Users?attributes=shoeSize,__proto__,..,%00"), "200"),
    case("attributes of commas", Get("/Users?attributes=,,,,"), "200"),
    case("attributes of brackets", Get("/Users?attributes=emails%5B,%5D"), "200"),
    case("10,000 attributes", Bytes(|| names("attributes", 10_000)), "200"),
    case("10,000 excludedAttributes", Bytes(|| names("excludedAttributes", 10_000)), "200"),
    case("10,000 parameters", Bytes(|| request(&"x=1&".repeat(10_000))), "200"),
    case("a search that is none", Json("POST", "/Users/.search", "{}"), "400 invalidSyntax"),
    case("a search by a number", search!("filter": 7), "400 invalidValue"),
    case("a search with a count of 1.5", search!("count": 1.5), "400 invalidValue"),
    case("a search with a count of 1e300", search!("count": 1e300), "400 invalidValue"),
    case("a search with a count of letters", search!("count": "many"), "400 invalidValue"),
    case("a search for attributes in one text", search!("attributes": "userName"), "400 invalidValue"),
    case("a search with 20,000 passwords, for a long list", Made("POST", "/Users/.search", passwords), "200"),
    case("a search by a filter 5,000 deep", search!("filter": "(".repeat(5_000)), "400 invalidFilter"),
];

fn request(query: &str) -> Vec<u8> {
    format!("GET /scim/v2/Users?{query} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{token}}\r\n\r\n")
        .into_bytes()
}

/// A filter of many equal pieces.
fn asks(piece: &str, times: usize, end: &str) -> Vec<u8> {
    request(&format!("filter={}{end}", piece.repeat(times)))
}

fn names(parameter: &str, count: usize) -> Vec<u8> {
    request(&format!("{parameter}={}", "id,x,".repeat(count / 2)))
}

/// The page masks what an answer repeats of a password: each of them would be looked for.
fn passwords() -> Vec<u8> {
    let passwords: Vec<_> = (0..20_000).map(|number| json!({"password": format!("secret-{number}")})).collect();
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "more": passwords})
        .to_string()
        .into_bytes()
}
