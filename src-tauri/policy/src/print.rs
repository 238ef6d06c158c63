//! A policy is written: elements in the order of AWS' grammar, a list of one as that one, values as they were
//! written, each as a text.

use crate::action::{ActionPattern, Actions};
use crate::condition::{Condition, Wanted};
use crate::json::Node;
use crate::policy::{Policy, Statement};
use crate::principal::{Class, Named, PrincipalId, Principals};
use crate::resource::Resources;
use crate::template::Template;

const PLAIN: &str = "texts, lists and objects of them have no form in JSON that fails";

impl Policy {
    /// Writes it as JSON in one line.
    pub fn to_json(&self) -> String {
        in_one_line(&self.to_node())
    }

    /// Writes it as JSON for people, two spaces a level.
    pub fn to_pretty_json(&self) -> String {
        indented(&self.to_node())
    }

    fn to_node(&self) -> Node {
        let mut members = Vec::new();
        let mut put = |name: &str, node| members.push((name.to_owned(), node));
        if let Some(version) = self.version {
            put("Version", Node::text(version.as_str()));
        }
        if let Some(id) = &self.id {
            put("Id", Node::text(id));
        }
        let statements = self.statements.iter().map(Statement::to_node);
        put("Statement", Node::List(statements.collect()));
        Node::Object(members)
    }
}

impl Statement {
    /// Writes it as JSON for people, two spaces a level.
    pub fn to_pretty_json(&self) -> String {
        indented(&self.to_node())
    }

    fn to_node(&self) -> Node {
        let mut members = Vec::new();
        let mut put = |name: &str, node| members.push((name.to_owned(), node));
        if let Some(sid) = &self.sid {
            put("Sid", Node::text(sid));
        }
        put("Effect", Node::text(self.effect.as_str()));
        match &self.principals {
            Some(Principals::These(named)) => put("Principal", named.to_node()),
            Some(Principals::AllBut(named)) => put("NotPrincipal", named.to_node()),
            None => {}
        }
        match &self.actions {
            Actions::These(actions) => put("Action", actions_node(actions)),
            Actions::AllBut(actions) => put("NotAction", actions_node(actions)),
        }
        match &self.resources {
            Resources::These(resources) => put("Resource", resources_node(resources)),
            Resources::AllBut(resources) => put("NotResource", resources_node(resources)),
            Resources::Own => {}
        }
        if !self.conditions.is_empty() {
            let conditions = self.conditions.iter().map(Condition::to_member);
            put("Condition", Node::Object(conditions.collect()));
        }
        Node::Object(members)
    }
}

impl Named {
    fn to_node(&self) -> Node {
        let member = |(class, ids): &(Class, Vec<PrincipalId>)| {
            let ids = ids.iter().map(|id| id.text.as_str());
            (class.as_str().to_owned(), one_or_list(ids))
        };
        match self {
            Self::Everyone => Node::text("*"),
            Self::Classes(classes) => Node::Object(classes.iter().map(member).collect()),
        }
    }
}

impl Condition {
    fn to_member(&self) -> (String, Node) {
        let keys = self.keys.iter().map(|one| {
            let values = one.wanted.iter().map(Wanted::text);
            (one.key.clone(), one_or_list(values))
        });
        (self.operator.to_string(), Node::Object(keys.collect()))
    }
}

fn actions_node(actions: &[ActionPattern]) -> Node {
    one_or_list(actions.iter().map(|action| action.text.as_str()))
}

fn resources_node(resources: &[Template]) -> Node {
    one_or_list(resources.iter().map(|resource| resource.text.as_str()))
}

fn one_or_list<'a>(texts: impl Iterator<Item = &'a str>) -> Node {
    let mut nodes: Vec<Node> = texts.map(Node::text).collect();
    match nodes.len() {
        1 => nodes.remove(0),
        _ => Node::List(nodes),
    }
}

fn in_one_line(node: &Node) -> String {
    serde_json::to_string(node).expect(PLAIN)
}

fn indented(node: &Node) -> String {
    serde_json::to_string_pretty(node).expect(PLAIN)
}
