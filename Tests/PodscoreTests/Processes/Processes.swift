import Testing

/// The tests of the program as a process.
///
/// They run one after the other: each waits for programs and sockets, and would block one of the few threads that all asynchronous tests
/// share.
@Suite(.serialized) enum Processes {}
