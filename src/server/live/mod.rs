//! The live page: the directory as it is and each exchange as it happens, for the engineer who watches a client at work.
//!
//! It lies at `/`, outside the SCIM base path, and changes nothing. Without it nothing is recorded.

mod access;
mod assets;
mod exchange;
mod mask;
mod recorder;
mod state;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use self::access::{Access, Verdict};
use self::exchange::Pending;
use self::recorder::Recorder;
use super::app::App;

/// What the browser may do with the page: nothing but load its own parts and talk to its own server.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The live page of one server.
pub(super) struct Live {
    recorder: Arc<Recorder>,
    access: Access,
    /// Scheme, host and port that the server listens on.
    origin: String,
}

impl Live {
    /// `credentials` says whether the SCIM endpoints ask for any.
    pub(super) fn new(authority: &str, tls: bool, credentials: bool) -> Self {
        let access = Access::new(authority, credentials);
        let scheme = if tls { "https" } else { "http" };
        Live { recorder: Arc::default(), access, origin: format!("{scheme}://{authority}") }
    }

    /// What to open in a browser; a key that it carries is a secret.
    pub(super) fn page_url(&self) -> String {
        format!("{}{}", self.origin, self.access.entrance())
    }

    /// Records a request and what becomes of it. The request that is given back is the one to answer.
    pub(super) fn watch(&self, request: Request) -> (Request, Pending) {
        Pending::new(Arc::clone(&self.recorder), request)
    }

    /// Ends the event streams, so that the server can stop.
    pub(super) fn close(&self) {
        self.recorder.close();
    }
}

/// The routes of the page.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/", any(entry)).route("/live/{*rest}", any(entry))
}

async fn entry(State(app): State<Arc<App>>, request: Request) -> Response {
    let mut response = match &app.live {
        Some(live) => answer(&app, live, &request),
        None => StatusCode::NOT_FOUND.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Another site may not so much as load the parts of the page.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

fn answer(app: &App, live: &Live, request: &Request) -> Response {
    match live.access.check(request) {
        Verdict::Granted => {}
        Verdict::Entered { cookie } => {
            return (StatusCode::SEE_OTHER, [(header::LOCATION, "/".to_owned()), (header::SET_COOKIE, cookie)])
                .into_response();
        }
        Verdict::Refused(why) => return (StatusCode::FORBIDDEN, why).into_response(),
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match request.uri().path() {
        "/live/events" => stream::answer(&live.recorder, request.headers()),
        "/live/state" => state::overview(app, &live.origin, request.uri().query()),
        "/live/resource" => state::resource(app, &live.origin, request.uri().query()),
        path => match assets::find(path) {
            Some((media_type, content)) => ([(header::CONTENT_TYPE, media_type)], content).into_response(),
            None => (StatusCode::NOT_FOUND, "The live page has no such part.\n").into_response(),
        },
    }
}
