//! What can be typed behind `snapshots`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::examples;

/// Your own snapshots of your server.
#[derive(Args)]
#[command(before_help = examples::SNAPSHOTS)]
pub struct SnapshotsArgs {
    #[command(subcommand)]
    pub command: SnapshotsCommand,
}

#[derive(Subcommand)]
pub enum SnapshotsCommand {
    /// Say what there is and what waits; ends with 1 where something waits
    #[command(before_help = examples::SNAPSHOTS_STATUS)]
    Status(SnapshotsStatusArgs),
    /// Walk through what waits: accept, reject or skip it
    #[command(before_help = examples::SNAPSHOTS_REVIEW)]
    Review(SnapshotsFolderArgs),
    /// Accept what waits
    #[command(before_help = examples::SNAPSHOTS_ACCEPT)]
    Accept(SnapshotsChooseArgs),
    /// Throw away what waits
    #[command(before_help = examples::SNAPSHOTS_REJECT)]
    Reject(SnapshotsChooseArgs),
    /// Delete snapshots of scenarios and dialects that there are not
    #[command(before_help = examples::SNAPSHOTS_PRUNE)]
    Prune(SnapshotsFolderArgs),
}

#[derive(Args)]
pub struct SnapshotsFolderArgs {
    /// The folder [default: `folder` under `[snapshots]` in scim-check.toml]
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<PathBuf>,
    /// A folder with scenarios of your own
    #[arg(long, value_name = "DIR")]
    pub scenarios: Option<PathBuf>,
    /// A target of scim-check.toml with a folder of its own (or set SCIM_CHECK_TARGET)
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Configuration file instead of the nearest scim-check.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Args)]
pub struct SnapshotsStatusArgs {
    #[command(flatten)]
    pub folder: SnapshotsFolderArgs,
    /// Also write the Cargo.toml that lets `cargo insta` work in the folder
    #[arg(long)]
    pub cargo_insta: bool,
}

#[derive(Args)]
pub struct SnapshotsChooseArgs {
    /// Names, folders of them or globs: okta/lookup, okta/lookup/upper-case@okta-aiw
    #[arg(value_name = "NAME", conflicts_with = "all")]
    pub names: Vec<String>,
    /// All of it
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub folder: SnapshotsFolderArgs,
}
