//! The commands, one file for each noun.

mod access_keys;
mod audit;
mod bucket_config;
mod buckets;
mod cat;
mod completions;
mod copy;
mod cors;
mod diagnose;
mod doctor;
mod keys;
mod links;
mod ls;
mod openings;
mod presign;
mod reencrypt;
mod rm;
mod serve;
mod sessions;
mod simulate;
mod stat;
mod tags;
mod uploads;
mod users;
mod vault;
mod versions;

use crate::args::Command;
use crate::context::Context;
use crate::failure::Outcome;

/// Runs a command.
pub async fn run(context: &mut Context, command: Command) -> Outcome {
    match command {
        Command::Serve(args) => serve::serve(context, args).await,
        Command::Ls(args) => ls::ls(context, args).await,
        Command::Cp(args) => copy::cp(context, args).await,
        Command::Mv(args) => copy::mv(context, args).await,
        Command::Rm(args) => rm::rm(context, args).await,
        Command::Mb(args) => buckets::mb(context, args).await,
        Command::Rb(args) => buckets::rb(context, args).await,
        Command::Versions(args) => versions::versions(context, args).await,
        Command::Versioning(args) => buckets::versioning(context, args).await,
        Command::Restore(args) => versions::restore(context, args).await,
        Command::Undelete(args) => versions::undelete(context, args).await,
        Command::Tags(command) => tags::tags(context, command).await,
        Command::BucketConfig(command) => bucket_config::bucket_config(context, command).await,
        Command::Uploads(command) => uploads::uploads(context, command).await,
        Command::Presign(args) => presign::presign(context, args).await,
        Command::Cat(args) => cat::cat(context, args).await,
        Command::AccessKeys(command) => access_keys::access_keys(context, command).await,
        Command::Users(command) => users::users(context, command).await,
        Command::Roles(command) => users::roles(context, command).await,
        Command::Sessions(command) => sessions::sessions(context, command).await,
        Command::Links(command) => links::links(context, command).await,
        Command::Keys(command) => keys::keys(context, command).await,
        Command::Audit(command) => audit::audit(context, command).await,
        Command::Vault(command) => vault::vault(context, command).await,
        Command::Reencrypt(args) => reencrypt::reencrypt(context, args).await,
        Command::Simulate(args) => simulate::simulate(context, args).await,
        Command::Stat(args) => stat::stat(context, args).await,
        Command::Cors(command) => cors::cors(context, command).await,
        Command::Link(command) => diagnose::link(context, command).await,
        Command::Doctor(args) => doctor::doctor(context, args).await,
        Command::Completions(args) => completions::completions(context, &args),
    }
}
