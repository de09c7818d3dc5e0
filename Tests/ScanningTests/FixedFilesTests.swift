import Foundation
import Platform
import TestSupport
import Testing

@testable import Scanning

/// Fixed files that are written together.
@Suite struct FixedFilesTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }

    /// Files `a`, `b` and `c` with their names as text, to be written with capital letters.
    private func files() throws -> FixedFiles {
        FixedFiles(
            try ["a", "b", "c"].map { name in
                try name.write(toFile: folder.file(name), atomically: false, encoding: .utf8)
                return FixedFiles.File(path: folder.file(name), original: Array(name.utf8), fixed: Array(name.uppercased().utf8))
            }
        )
    }

    @Test func `All files are replaced, with their modes`() throws {
        let files = try files()
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("b"))
        try files.write()
        #expect(try ["a", "b", "c"].map(text) == ["A", "B", "C"])
        #expect(try FileManager.default.attributesOfItem(atPath: folder.file("b"))[.posixPermissions] as? Int == 0o600)
    }

    @Test func `A file that changed before the first write stops all of them`() throws {
        let files = try files()
        try "other".write(toFile: folder.file("c"), atomically: false, encoding: .utf8)
        let error = #expect(throws: FixWritingError.self) { try files.write() }
        #expect(error?.error == .changed(path: folder.file("c")) && error?.written == [])
        #expect(try text("a") == "a")
    }

    @Test func `A later failure names the files that are written`() throws {
        let files = try files()
        let path = folder.file("b")
        let error = #expect(throws: FixWritingError.self) {
            try files.write { if $0 == path { try? "other".write(toFile: path, atomically: false, encoding: .utf8) } }
        }
        #expect(error?.written == [folder.file("a")])
        #expect(error?.description.hasSuffix("already written: \(folder.file("a"))") ?? false)
        #expect(try ["a", "b", "c"].map(text) == ["A", "other", "c"])
    }

    @Test func `A device is not written`() {
        let files = FixedFiles([FixedFiles.File(path: "/dev/null", original: [], fixed: [1])])
        let error = #expect(throws: FixWritingError.self) { try files.write() }
        #expect(error?.error == .notRegular(path: "/dev/null"))
    }
}
