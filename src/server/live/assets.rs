//! The parts of the page, inside the program.

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, media type and content.
const ASSETS: [(&str, &str, &str); 14] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/live/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("/live/layout.css", CSS, include_str!("page/layout.css")),
    ("/live/parts.css", CSS, include_str!("page/parts.css")),
    ("/live/main.js", SCRIPT, include_str!("page/main.js")),
    ("/live/clipboard.js", SCRIPT, include_str!("page/clipboard.js")),
    ("/live/connection.js", SCRIPT, include_str!("page/connection.js")),
    ("/live/curl.js", SCRIPT, include_str!("page/curl.js")),
    ("/live/directory.js", SCRIPT, include_str!("page/directory.js")),
    ("/live/dom.js", SCRIPT, include_str!("page/dom.js")),
    ("/live/exchange.js", SCRIPT, include_str!("page/exchange.js")),
    ("/live/inspector.js", SCRIPT, include_str!("page/inspector.js")),
    ("/live/json.js", SCRIPT, include_str!("page/json.js")),
    ("/live/traffic.js", SCRIPT, include_str!("page/traffic.js")),
];

/// The media type and the content of the part at a path.
pub(super) fn find(path: &str) -> Option<(&'static str, &'static str)> {
    ASSETS.iter().find(|(own, ..)| *own == path).map(|(_, media_type, content)| (*media_type, *content))
}
