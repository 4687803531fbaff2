//! What is compared of clients.

use std::io;
use std::time::Duration;

use crate::peers::{Peer, Work};
use crate::plan::{PATIENCE, Plan};
use crate::report::Report;

/// Sockets that do nothing.
const IDLE: usize = 9000;

impl Plan {
    /// Operations of a closed loop per CPU-second of the client.
    fn steady(&mut self, peer: Peer, work: Work) -> io::Result<f64> {
        let server = self.counting(peer == Peer::Floor)?;
        let client = self.start(peer, work, server.port)?;
        let sockets = work.sockets() as u64;
        if peer != Peer::Floor {
            server.wait(PATIENCE, |told| told.joined >= sockets)?;
        }
        let warm = server.told()?.acks + sockets;
        server.wait(PATIENCE, |told| told.acks >= warm)?;
        std::thread::sleep(Duration::from_millis(1000));
        let (before, cpu_before) = (server.told()?, client.cpu()?);
        std::thread::sleep(self.window);
        let (after, cpu_after) = (server.told()?, client.cpu()?);
        let operations = match work {
            Work::Chat => after.deliveries - before.deliveries,
            _ => after.acks - before.acks,
        };
        Ok(operations as f64 / (cpu_after - cpu_before).as_secs_f64())
    }

    /// New connections (each with a join) per CPU-second of the client.
    fn connections(&mut self, peer: Peer) -> io::Result<f64> {
        let server = self.counting(false)?;
        let client = self.start(peer, Work::Idle(IDLE), server.port)?;
        let part = |percent: usize| (IDLE * percent / 100) as u64;
        let before = server.wait(PATIENCE, |told| told.joined >= part(10))?;
        let cpu_before = client.cpu()?;
        let after = server.wait(PATIENCE, |told| told.joined >= part(90))?;
        Ok((after.joined - before.joined) as f64 / (client.cpu()? - cpu_before).as_secs_f64())
    }

    /// The memory of a client with so many idle sockets, in KiB.
    fn memory(&mut self, peer: Peer, sockets: usize) -> io::Result<f64> {
        let server = self.counting(false)?;
        let client = self.start(peer, Work::Idle(sockets), server.port)?;
        server.wait(PATIENCE, |told| told.joined >= sockets as u64)?;
        std::thread::sleep(Duration::from_millis(1000));
        Ok(client.rss()? as f64)
    }

    /// From the start of the process to its first packet, in milliseconds.
    fn start_up(&mut self, peer: Peer) -> io::Result<f64> {
        let server = self.counting(false)?;
        let began = crate::counts::wall_us();
        let _client = self.start(peer, Work::Idle(2), server.port)?;
        let told = server.wait(PATIENCE, |told| told.first_frame_us > 0)?;
        Ok(told.first_frame_us.saturating_sub(began) as f64 / 1000.0)
    }

    /// The 99th percentile of how late the harness was at 10,000 a second, in microseconds.
    fn lateness(&mut self) -> io::Result<f64> {
        let server = self.counting(false)?;
        let command = crate::peers::harness(&self.places, "bench", "pace", server.port);
        let command = [self.urgently.clone(), command].concat();
        let report = Report::of(self, &command, &[])?;
        report.number("/phases/2/timings/lateness/p99_us")
    }

    /// All rows of clients.
    pub(crate) fn clients(&mut self) {
        let everybody = [Peer::Harness, Peer::Node, Peer::Floor, Peer::Artillery, Peer::Locust];
        for (sockets, must, aim) in [(100, 2.0, 2.4), (1000, 3.0, 4.2)] {
            if self.wants(&format!("echo-{sockets}")) {
                let all = if self.short && sockets > 100 { &everybody[..3] } else { &everybody[..] };
                let values = self.rounds(all, |plan, peer| plan.steady(peer, Work::Echo(sockets)));
                let wanted = [(Peer::Node, must, aim), (Peer::Floor, 1.6, 1.25)];
                let what = format!("emit and ack per client CPU-second, {sockets} sockets");
                self.more(&what, all, &values, &wanted);
            }
        }
        let all = [Peer::Harness, Peer::Node, Peer::Artillery, Peer::Locust];
        if self.wants("chat") {
            let some = if self.short { &all[..2] } else { &all[..] };
            let values = self.rounds(some, |plan, peer| plan.steady(peer, Work::Chat));
            let what = "chat deliveries per client CPU-second, rooms of 10";
            self.more(what, some, &values, &[(Peer::Node, 1.3, 1.8)]);
        }
        let two = [Peer::Harness, Peer::Node];
        // Nine thousand sockets take the official client a while, and differ little.
        let rounds = std::mem::replace(&mut self.rounds, if self.short { 1 } else { 3 });
        if self.wants("connect") {
            let values = self.rounds(&two, Self::connections);
            let what = "new connections, each with a join, per client CPU-second";
            self.more(what, &two, &values, &[(Peer::Node, 4.0, 7.0)]);
        }
        if self.wants("idle") {
            let values = self.rounds(&two, |plan, peer| {
                let (few, many) = (plan.memory(peer, 2)?, plan.memory(peer, IDLE)?);
                Ok((many - few) / (IDLE - 2) as f64)
            });
            self.less("KiB per idle socket, 9000 sockets", &two, &values, 4.0, 1.5);
        }
        self.rounds = rounds;
        if self.wants("start") {
            let values = self.rounds(&all, |plan, peer| Ok(plan.memory(peer, 2)? / 1024.0));
            self.less("base memory, MiB", &all, &values, 10.0, 6.0);
            let values = self.rounds(&all, Self::start_up);
            self.less("start to first packet, ms", &all, &values, 15.0, 6.0);
        }
        if self.wants("lateness") {
            let values = self.rounds(&[Peer::Harness], |plan, _| plan.lateness());
            self.alone("lateness p99 at 10,000 sends/s on one core, µs", values[0], 150.0, 60.0);
        }
    }
}
