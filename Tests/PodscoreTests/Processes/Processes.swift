import Testing

/// The tests of the program as a process.
///
/// One after the other: they wait for programs and sockets, and each would keep one of the few threads that all asynchronous tests share.
@Suite(.serialized) enum Processes {}
