import Glibc
import Platform
import TestSupport
import Testing

@Suite struct FileDescriptorWriterTests {
    @Test func `A pipe without a reader takes bytes until it is full`() throws {
        let pipe = try TestPipe()
        let writer = FileDescriptorWriter(descriptor: pipe.writeEnd)
        let bytes = [UInt8](repeating: 0x61, count: 10_000)
        var total = 0
        while case let count = try writer.write(bytes.span, waitingUpTo: 0), count > 0 { total += count }
        #expect(total > 0)
        #expect(try writer.write(bytes.span, waitingUpTo: 1) == 0)
    }

    @Test func `A pipe whose reader has exited is closed`() throws {
        let pipe = try TestPipe()
        pipe.closeReadEnd()
        let writer = FileDescriptorWriter(descriptor: pipe.writeEnd)
        #expect(throws: FileDescriptorWriter.Failure.closed) { try writer.write([1].span, waitingUpTo: 0) }
    }

    @Test func `A full device has no space`() throws {
        let writer = try FileDescriptorWriter(appendingTo: "/dev/full")
        #expect(throws: FileDescriptorWriter.Failure.noSpace) { try writer.write([1].span, waitingUpTo: 0) }
    }

    @Test(
        arguments: [
            (.system(errno: EACCES), "Permission denied"), (.noSpace, "No space left on device"), (.closed, "Broken pipe"),
        ] as [(FileDescriptorWriter.Failure, String)]
    )
    func `A failure is told in the words of the system`(failure: FileDescriptorWriter.Failure, words: String) {
        #expect("\(failure)" == words)
    }

    @Test func `The error of a path that cannot be opened has the reason`() {
        #expect(throws: FileDescriptorWriter.Failure.system(errno: ENOENT)) {
            try FileDescriptorWriter(appendingTo: "/nowhere/at/all")
        }
    }
}
