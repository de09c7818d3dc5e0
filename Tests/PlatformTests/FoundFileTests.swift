import Foundation
import Testing

@testable import Platform

@Suite struct FoundFileTests {
    /// Runs with a temporary folder in which `a.yaml` was found.
    private func withFound(_ body: (_ file: FoundFile, _ path: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "found-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a.yaml").path
        try Data("found".utf8).write(to: URL(filePath: path))
        let directory = try FoundDirectory(named: folder.path)
        let file = try #require(FoundFile(path, at: directory.location(of: "a.yaml"), seen: try directory.entry("a.yaml")))
        try body(file, path)
    }

    @Test func `A found file is read`() throws {
        try withFound { (file, _) throws in
            let bytes = try FileContents.read(file, byteLimit: 5)
            #expect(bytes == Array("found".utf8))
            #expect(throws: FileError.tooLarge(path: file.path, limit: 4)) { try FileContents.read(file, byteLimit: 4) }
        }
    }

    @Test(arguments: ["pipe", "link to a device", "link to a pipe", "file", "directory"])
    func `A replacement just before the opening is rejected without waiting`(replacement: String) throws {
        try withFound { (file, path) throws in
            let other = path + ".other"
            #expect(throws: FileError.replaced(path: path)) {
                try FileContents.read(file, byteLimit: 100) {
                    // Kept under another name, so that no other file gets its inode.
                    #expect(unsafe rename(path, path + ".kept") == 0)
                    switch replacement {
                    case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
                    case "link to a device": #expect(unsafe symlink("/dev/zero", path) == 0)
                    case "link to a pipe": #expect(unsafe mkfifo(other, 0o600) == 0 && symlink(other, path) == 0)
                    case "file": #expect(FileManager.default.createFile(atPath: path, contents: Data("other".utf8)))
                    default: #expect(unsafe mkdir(path, 0o700) == 0)
                    }
                }
            }
        }
    }

    @Test func `A replaced directory is not read`() throws {
        try withFound { (_, path) throws in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            #expect(unsafe mkdir(folder + "/d", 0o700) == 0 && mkdir(folder + "/e", 0o700) == 0)
            let parent = try FoundDirectory(named: folder)
            let directory = FoundDirectory("d", in: parent, seen: try parent.entry("d"))
            let names = try directory.names()
            #expect(names.isEmpty)
            #expect(unsafe rename(folder + "/d", folder + "/kept") == 0 && symlink("e", folder + "/d") == 0)
            #expect(throws: FileError.replaced(path: folder + "/d")) { try directory.names() }
            #expect(throws: FileError.replaced(path: folder + "/d")) { try directory.entry("a") }
        }
    }

    @Test func `Only a regular file can be a found file`() throws {
        try withFound { (_, path) throws in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let directory = try FoundDirectory(named: folder)
            #expect(unsafe mkfifo(folder + "/p", 0o600) == 0 && mkdir(folder + "/d", 0o700) == 0 && symlink("a.yaml", folder + "/l") == 0)
            for name in ["p", "d", "l"] { #expect(FoundFile(name, at: name, seen: try directory.entry(name)) == nil) }
        }
    }
}
