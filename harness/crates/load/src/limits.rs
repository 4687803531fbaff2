//! What this machine allows, found before a run and not in the middle of it.

/// A limit that a run would hit, and what to do about it.
pub(super) fn check(sockets: usize, own_server: bool) -> Result<(), String> {
    let needed = descriptors_for(sockets, own_server);
    fits(sockets, own_server, descriptors(needed as u64), ports())
}

/// Each connection has two ends; both are ours where the server is.
fn descriptors_for(sockets: usize, own_server: bool) -> usize {
    sockets * if own_server { 2 } else { 1 } + 128
}

/// Whether a run fits into what is allowed, as far as that is known.
fn fits(sockets: usize, own_server: bool, allowed: Option<u64>, ports: Option<usize>) -> Result<(), String> {
    let needed = descriptors_for(sockets, own_server);
    if let Some(allowed) = allowed
        && (needed as u64) > allowed
    {
        let ends = if own_server { " (each has two ends here, since the server is embedded)" } else { "" };
        return Err(format!(
            "{sockets} sockets need about {needed} file descriptors{ends}, and this process may open {allowed}: raise the limit \
             with `ulimit -n {needed}`, let each user sit in more rooms (`per_user`), run the server as a process of its \
             own (`--target`), or ask for fewer rooms"
        ));
    }
    if let Some(ports) = ports
        && sockets > ports
    {
        return Err(format!(
            "{sockets} connections from one address to one port need as many local ports, and the system gives out {ports}: \
             widen net.ipv4.ip_local_port_range, or let each user sit in more rooms (`per_user`)"
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
    ports_of(&std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?)
}

/// Both ends of the range are given out.
fn ports_of(range: &str) -> Option<usize> {
    let mut ends = range.split_ascii_whitespace().map(|end| end.parse::<usize>().ok());
    let (from, to) = (ends.next()??, ends.next()??);
    Some((to + 1).saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_just_fits_is_let_and_one_socket_more_is_not() {
        assert_eq!(fits(436, true, Some(1000), Some(436)), Ok(()));
        assert_eq!(fits(872, false, Some(1000), Some(872)), Ok(()));
        assert_eq!(
            fits(1_000_000, true, None, None),
            Ok(()),
            "what the system does not say is not held against it"
        );
        for (sockets, own, told) in
            [(437, true, "437 sockets need about 1002"), (873, false, "873 sockets need about 1001")]
        {
            let refused = fits(sockets, own, Some(1000), None).unwrap_err();
            assert!(refused.starts_with(told) && refused.contains("may open 1000"), "{refused}");
            assert_eq!(refused.contains("two ends"), own, "{refused}");
        }
    }

    #[test]
    fn what_to_do_is_enough() {
        let refused = fits(6000, true, Some(1024), None).unwrap_err();
        let raised = refused.split("ulimit -n ").nth(1).and_then(|rest| rest.split('`').next());
        assert_eq!(fits(6000, true, raised.and_then(|limit| limit.parse().ok()), None), Ok(()), "{refused}");
        let ports = fits(28_233, false, None, ports_of("32768\t60999\n")).unwrap_err();
        assert!(ports.contains("gives out 28232") && ports.contains("ip_local_port_range"), "{ports}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_is_asked() {
        assert_eq!(check(10, true), Ok(()));
        assert_eq!(descriptors(64).map(|allowed| allowed >= 64), Some(true));
        assert!(check(100_000_000, false).is_err());
        assert_eq!(ports_of("32768"), None);
    }
}
