//! What sets scim-check up: a configuration, completions, manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::{RunArgs, examples};

#[derive(Args)]
#[command(before_help = examples::INIT)]
pub struct InitArgs {
    /// Where to write [default: here]
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub dir: PathBuf,
    /// Name of your suite, a folder below `scenarios`
    #[arg(long, value_name = "NAME", default_value = "mine")]
    pub suite: String,
    /// Begin with a copy of this built-in scenario
    #[arg(long, value_name = "ID")]
    pub from: Option<String>,
}

#[derive(Args)]
#[command(before_help = examples::CONFIG)]
pub struct ConfigArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten, next_help_heading = "What a run would be given")]
    pub run: RunArgs,
}

#[derive(Args)]
#[command(before_help = examples::COMPLETIONS)]
pub struct CompletionsArgs {
    /// Which shell: bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub shell: Shell,
}

#[derive(Args)]
#[command(before_help = examples::MAN)]
pub struct ManArgs {
    /// The page of one command, such as run or snapshots review [default: of the whole program]
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub command: Vec<String>,
    /// Write one page for each command into this folder
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
