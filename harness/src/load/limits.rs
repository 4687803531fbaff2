//! What this machine allows, found before a run and not in the middle of it.

/// A limit that a run would hit, and what to do about it.
pub(super) fn check(sockets: usize, own_server: bool) -> Result<(), String> {
    // Each connection has two ends; both are ours where the server is.
    let needed = sockets * if own_server { 2 } else { 1 } + 128;
    if let Some(allowed) = descriptors(needed as u64)
        && (needed as u64) > allowed
    {
        let ends = if own_server { " (each has two ends here, since the server is embedded)" } else { "" };
        return Err(format!(
            "{sockets} sockets need about {needed} file descriptors{ends}, and this process may open {allowed}: raise the limit \
             with `ulimit -n {needed}`, let each user sit in more rooms (`rooms_per_user`), run the server as a process of its \
             own (`--target`), or ask for fewer rooms"
        ));
    }
    if let Some(ports) = ports()
        && sockets > ports
    {
        return Err(format!(
            "{sockets} connections from one address to one port need as many local ports, and the system gives out {ports}: \
             widen net.ipv4.ip_local_port_range, or let each user sit in more rooms (`rooms_per_user`)"
        ));
    }
    Ok(())
}

/// How many files this process may open, after asking for as many as it needs.
#[cfg(unix)]
fn descriptors(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current?;
    if current < needed {
        let most = limit.maximum.map_or(needed, |maximum| maximum.min(needed));
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
        return if raised.is_ok() { Some(most) } else { Some(current) };
    }
    Some(current)
}

#[cfg(not(unix))]
fn descriptors(_needed: u64) -> Option<u64> {
    None
}

/// How many local ports there are, where the system says so.
fn ports() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    let mut ends = text.split_ascii_whitespace().map(|end| end.parse::<usize>().ok());
    let (from, to) = (ends.next()??, ends.next()??);
    Some(to.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_cannot_be_is_refused_with_what_to_do() {
        assert_eq!(check(10, true), Ok(()));
        let refused = check(100_000_000, false).unwrap_err();
        assert!(refused.contains("ulimit -n") || refused.contains("ports"), "{refused}");
    }
}
