//! `Resource` and `NotResource`: which things a statement is about, as ARNs with wildcards and variables.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use crate::element::Element;
use crate::error::{PolicyError, Problem};
use crate::pattern::covers;
use crate::policy::Version;
use crate::request::Context;
use crate::template::{Template, Wildcards};

/// The resources that a statement is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resources {
    /// `Resource`: these.
    These(Vec<Template>),
    /// `NotResource`: all but these.
    AllBut(Vec<Template>),
    /// None is named: the policy is attached to the one that it is about.
    Own,
}

impl Resources {
    /// Returns whether the statement is about a resource.
    pub(crate) fn include(&self, resource: &str, context: &Context) -> bool {
        let named = |templates: &[Template]| {
            templates.iter().any(|template| {
                let pattern = template.resolve(context);
                pattern.is_some_and(|pattern| covers(&pattern, resource))
            })
        };
        match self {
            Self::These(templates) => named(templates),
            Self::AllBut(templates) => !named(templates),
            Self::Own => true,
        }
    }

    /// Returns what is named.
    pub(crate) fn templates(&self) -> &[Template] {
        match self {
            Self::These(templates) | Self::AllBut(templates) => templates,
            Self::Own => &[],
        }
    }
}

/// Reads a list of resources.
pub(crate) fn read(element: &Element<'_>, version: Version) -> Result<Vec<Template>, PolicyError> {
    let read_one = |item: Element<'_>| {
        let text = item.text()?;
        if text != "*" && !text.starts_with("arn:") {
            return Err(item.refuse(Problem::Resource(text.to_owned())));
        }
        Template::read(text, version, Wildcards::Meant)
            .map(Template::bound_to_segments)
            .map_err(|problem| item.refuse(problem))
    };
    element.some_items()?.map(read_one).collect()
}
