import TestSupport
import Testing

@testable import Platform

/// Names, arguments and variables with bytes that are not UTF-8.
@Suite struct ByteNameTests {
    private let folder: ScratchFolder
    /// A name in Latin-1.
    private let name = Self.text([0x70, 0xE9])

    init() throws {
        folder = try ScratchFolder()
    }

    private static func text(_ bytes: [UInt8]) -> String {
        // Safety: the bytes end with a zero and are copied during the call.
        unsafe (bytes + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe SystemPath.text($0) } ?? ""
        }
    }

    /// The names in the folder as people see them.
    private var shown: [String] {
        get throws { try Directory.names(in: folder.path).map { SystemPath.display($0) } }
    }

    @Test(arguments: [true, false]) func `A file is written and replaced`(isUnnamed: Bool) throws {
        for text in ["1", "22"] {
            let replacement = try FileReplacement(of: folder.file(name), isUnnamed: isUnnamed)
            try replacement.write(Array(text.utf8))
            try replacement.complete()
            #expect(try FileContents.read(folder.file(name), byteLimit: 10) == Array(text.utf8))
        }
        #expect(try shown == ["p\\xE9"])
    }

    @Test func `A change of a file is noticed`() throws {
        let path = folder.file(name)
        let writer = try FileDescriptorWriter(appendingTo: path)
        let before = FileLook(at: [path])
        #expect(try writer.write([1].span, waitingUpTo: 1_000) == 1)
        #expect(FileLook(at: [path]) != before)
        #expect(try shown == ["p\\xE9"])
    }

    @Test func `A private directory keeps files`() throws {
        let directory = try PrivateDirectory(at: folder.file(name))
        try directory.replace(name, with: [1])
        #expect(try directory.files().map(\.name) == [name])
        #expect(try shown == ["p\\xE9"])
        directory.remove(name)
        #expect(try directory.files().isEmpty)
    }

    @Test func `A program gets arguments and variables unchanged`() throws {
        let script = #"printf '%s %s' "$1" "$A""#
        let arguments = ["-c", script, "sh", name]
        let result = try ProgramRun.run("sh", arguments, environment: [("A", name)], readsInput: false, byteLimit: 100)
        #expect(result.output == [0x70, 0xE9, 0x20, 0x70, 0xE9])
    }

    @Test func `A program is found by its path`() throws {
        let path = folder.file(name)
        let link = try ProgramRun.run("ln", ["-s", "/bin/echo", path], environment: [], readsInput: false, byteLimit: 100)
        #expect(link.status == 0)
        #expect(try ProgramRun.run(path, ["found"], environment: [], readsInput: false, byteLimit: 100).output == Array("found\n".utf8))
    }

    @Test func `Variables of this process are kept`() {
        var variable: [CChar] = [0x41, 0x3D, CChar(bitPattern: 0xE9), 0]
        // Safety: the pointers are used while the arrays live.
        let lines = unsafe variable.withUnsafeMutableBufferPointer { first in
            var list = unsafe [first.baseAddress, nil]
            return unsafe list.withUnsafeMutableBufferPointer { buffer in
                unsafe buffer.baseAddress.map { unsafe EnvironmentVariable.lines(in: $0) } ?? []
            }
        }
        #expect(lines.map { SystemPath.display($0) } == ["A=\\xE9"])
    }
}
