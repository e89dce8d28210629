//! A run against a server that says what must never act, and a record in which everything else says it, too.

use std::sync::Mutex;

use scim_check::{
    idp::Dialect,
    run::{Leftover, Plan, RunRecord, StaleWaiver, Waived},
    scenario::{Library, Selection},
};
use serde_json::{Value, json};

use crate::{
    TOKEN,
    support::{
        raw::{Answer, Heard, Raw},
        runs::against,
    },
};

/// What markup, addresses and characters may try. Each would change the title if it acted, ask for something, or break what is around it.
pub const SAYINGS: [&str; 12] = [
    "<script>document.title = 'acted'</script>",
    "\"><img src=x onerror=\"document.title = 'acted'\">",
    "'><svg onload='document.title = 1'>",
    "</style></pre></details></main><h1>acted</h1><style>* { display: none }",
    "javascript:document.title='acted'",
    "<!-- <iframe src=\"javascript:parent.document.title='acted'\"></iframe>",
    "&lt;b&gt;&#x3c;script&#x3e;",
    "\u{202e}txet\u{2066} \u{1b}[31m\u{1b}]0;acted\u{7}\u{200b}\u{e0041}",
    "{{ 7 * 7 }}{% include 'page.html' %}",
    "`</code><base href=https://acted.example/>`",
    "<meta http-equiv=refresh content='0;url=https://acted.example/'>",
    "<link rel=stylesheet href=https://acted.example/a.css><style>@import 'https://acted.example/b.css'</style>",
];

fn saying(number: usize) -> &'static str {
    SAYINGS[number % SAYINGS.len()]
}

/// Everything that such a server may say, in every place that it may say it.
fn answer(heard: &Heard, kept: &mut Vec<Value>) -> Option<Answer> {
    let number = kept.len();
    let listed = |resources: &[Value]| {
        json!({"schemas": [saying(0), "urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": saying(1),
               "startIndex": 1, "Resources": resources, saying(3): saying(4)})
    };
    let dressed = |answer: Answer| {
        let answer = answer.header("Location", "javascript:document.title='acted'//\"><script>acted</script>");
        answer.header("ETag", "\"><img src=x onerror=acted>").header("WWW-Authenticate", "</pre><h1>acted</h1>")
    };
    let answer = match heard.method.as_str() {
        "POST" => {
            let mut resource: Value = serde_json::from_str(&heard.body).ok()?;
            resource["id"] = format!("{}{number}", saying(number)).into();
            resource["active"] = saying(number + 1).into();
            resource["title"] = SAYINGS.concat().into();
            resource["meta"] = json!({"location": saying(4), "resourceType": saying(number), "version": saying(2)});
            resource[saying(number)] = json!({saying(number + 1): [saying(number + 2), {saying(3): null}]});
            kept.push(resource.clone());
            Answer::json(201, &resource)
        }
        "DELETE" => Answer { status: 204, headers: Vec::new(), body: String::new() },
        "PATCH" | "PUT" => Answer::json(400, &json!({"detail": SAYINGS.concat(), "scimType": saying(0), "status": 1})),
        _ if heard.target.contains("/Groups") => {
            let headers = vec![("Content-Type".to_owned(), "text/html; charset=\"><script>\"".to_owned())];
            Answer { status: 500, headers, body: SAYINGS.concat() }
        }
        _ if heard.target.contains("/Users/") => Answer::json(200, kept.last().unwrap_or(&Value::Null)),
        _ => Answer::json(200, &listed(kept)),
    };
    Some(dressed(answer))
}

/// A run of a part of Okta's suite against it, with scenarios, waivers and findings that say it as well.
pub async fn record() -> RunRecord {
    let kept = Mutex::new(Vec::new());
    let raw = Raw::new(move |heard| answer(heard, &mut kept.lock().unwrap()));
    let library = Library::builtin().unwrap();
    let plan = Plan::new(
        &library,
        &Selection::new(&["okta/connect", "okta/lifecycle", "okta/groups/push*"].map(str::to_owned), false).unwrap(),
        &Dialect::ALL,
        &[],
    );
    let mut record = against(&plan, &raw.base(), TOKEN, 1).await;
    record.base_url.push_str(saying(1));
    for (number, scenario) in record.scenarios.iter_mut().enumerate() {
        scenario.title = saying(number).to_owned();
        scenario.suite_title = saying(number + 3).to_owned();
        scenario.reason = Some(saying(number + 1).to_owned());
        if number % 7 == 0 {
            scenario.id.push_str(saying(number / 7));
            scenario.dialect = Some(saying(number / 7 + 1).to_owned());
        }
        for (step, one) in scenario.steps.iter_mut().enumerate() {
            one.name.push_str(saying(number + step));
        }
        for (at, finding) in scenario.findings.iter_mut().enumerate() {
            finding.message.push_str(saying(number + at));
            finding.expected.push_str(saying(number + at + 1));
            finding.actual.push_str(saying(number + at + 2));
            finding.admin.push_str(saying(number + at + 3));
            finding.fix.push_str(saying(number + at + 4));
            finding.seen_by.push(saying(number + at + 5).to_owned());
            finding.breaks.push(saying(number + at + 6).to_owned());
            finding.step_name.push_str(saying(number + at + 7));
        }
    }
    let roots: Vec<String> = record.roots().map(|finding| finding.id.clone()).collect();
    assert!(roots.len() > 2, "{roots:?}");
    for finding in record.scenarios.iter_mut().flat_map(|scenario| &mut scenario.findings) {
        finding.waived = finding.id == roots[0];
    }
    record.waived.insert(roots[0].clone(), Waived { reason: SAYINGS.concat(), until: None });
    let (file, why) = (saying(0).to_owned(), saying(1).to_owned());
    record.stale_waivers.push(StaleWaiver { file, lines: (1, 2), rule: None, scenario: None, why });
    let leftover = Leftover {
        resource: scim_check::http::Resource::User,
        id: Some(saying(0).to_owned()),
        name: saying(1).to_owned(),
        state: saying(3).to_owned(),
    };
    record.scenarios[0].leftovers.push(leftover);
    record
}
