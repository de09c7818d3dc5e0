import Glibc

/// A pipe whose ends close with it.
///
/// A class because it owns two descriptors; used by one test only.
package final class TestPipe {
    /// No pipe could be made.
    package struct Unavailable: Error {}

    /// The descriptor to write to.
    package let writeEnd: Int32
    private var readEnd: Int32

    /// Opens both ends.
    package init() throws {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw Unavailable() }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        closeReadEnd()
        close(writeEnd)
    }

    /// Leaves the pipe without a reader.
    package func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    /// What the pipe holds at the moment.
    package func readAll() throws -> [UInt8] {
        guard fcntl(readEnd, F_SETFL, O_NONBLOCK) == 0 else { throw Unavailable() }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe read(readEnd, &buffer, buffer.count), count > 0 { all += buffer.prefix(count) }
        return all
    }
}
