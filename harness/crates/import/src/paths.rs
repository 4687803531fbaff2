//! JSON paths as payloads that say no more than the path: `$.data.id` is `{data: {id: …, ...: <any>}, ...: <any>}`.

use language::written::Node;

/// The names of a path that goes through objects alone; of `$.0.name` and `$[0].name` those behind the argument.
pub(crate) fn names(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix('$').unwrap_or(path).trim_start_matches('.');
    let rest = rest.strip_prefix("[0]").unwrap_or(rest).trim_start_matches('.');
    let rest = rest.strip_prefix("0.").unwrap_or(if rest == "0" { "" } else { rest });
    if rest.is_empty() {
        return Some(Vec::new());
    }
    let names: Vec<String> = rest.split('.').map(ToOwned::to_owned).collect();
    let fine = |name: &String| {
        name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    names.iter().all(fine).then_some(names)
}

/// Puts a leaf at a path. Whatever was no object there gives way.
pub(crate) fn put(node: &mut Node, path: &[String], leaf: Node) {
    let Some((first, rest)) = path.split_first() else {
        *node = leaf;
        return;
    };
    if !matches!(node, Node::Map(_)) {
        *node = Node::Map(Vec::new());
    }
    let Node::Map(fields) = node else { return };
    if let Some((_, inner)) = fields.iter_mut().find(|(name, _)| name == first) {
        return put(inner, rest, leaf);
    }
    let mut inner = Node::Map(Vec::new());
    put(&mut inner, rest, leaf);
    fields.push((first.clone(), inner));
}

/// Lets in what is not listed, in every object.
pub(crate) fn open(node: &mut Node) {
    if let Node::Map(fields) = node {
        fields.iter_mut().for_each(|(_, inner)| open(inner));
        if fields.iter().all(|(name, _)| name != "...") {
            fields.push(("...".to_owned(), Node::bare("<any>")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_an_object_that_is_open() {
        let mut node = Node::Map(Vec::new());
        put(&mut node, &names("$.data.id").unwrap(), Node::bare("<any:id>"));
        put(&mut node, &names("$.ok").unwrap(), Node::bare("true"));
        open(&mut node);
        assert_eq!(node.flow(), "{data: {id: <any:id>, ...: <any>}, ok: true, ...: <any>}");
    }

    #[test]
    fn the_argument_itself_is_no_name() {
        assert_eq!(names("$.0.id"), Some(vec!["id".to_owned()]));
        assert_eq!(names("$[0].id"), Some(vec!["id".to_owned()]));
        assert_eq!(names("$"), Some(Vec::new()));
        assert_eq!(names("$.list[*].id"), None);
        assert_eq!(names("$.items.0"), None);
    }
}
