import Foundation
import Testing

@testable import Platform

@Suite struct PrivateDirectoryTests {
    /// Runs with a path in a temporary folder.
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "private-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "records").path)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `Only this user can read the directory and its files`() throws {
        try withPath { path in
            let directory = try PrivateDirectory(at: path)
            try directory.replace("a", with: [1, 2, 3])
            #expect(try mode(path) == 0o700)
            #expect(try mode(path + "/a") == 0o600)
            #expect(try directory.files().map(\.byteCount) == [3])
        }
    }

    @Test func `A file is replaced as a whole, and removed`() throws {
        try withPath { path in
            let directory = try PrivateDirectory(at: path)
            try directory.replace("a", with: [UInt8](repeating: 1, count: 1 << 20))
            try directory.replace("a", with: [2])
            try directory.replace("b", with: [])
            #expect(try directory.files().map(\.name) == ["a", "b"])
            #expect(try Data(contentsOf: URL(filePath: path + "/a")) == Data([2]))
            directory.remove("a")
            directory.remove("a")
            #expect(try directory.files().map(\.name) == ["b"])
        }
    }

    @Test func `Incomplete files of an earlier process are removed, and folders are not listed`() throws {
        try withPath { path in
            let directory = try PrivateDirectory(at: path)
            try Data([1]).write(to: URL(filePath: path + "/.new-a"))
            try FileManager.default.createDirectory(atPath: path + "/folder", withIntermediateDirectories: false)
            #expect(try directory.files().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: path + "/.new-a"))
        }
    }

    @Test func `A file that cannot be replaced leaves nothing behind`() throws {
        try withPath { path in
            let directory = try PrivateDirectory(at: path)
            try FileManager.default.createDirectory(atPath: path + "/a", withIntermediateDirectories: false)
            #expect(throws: FileError.system(path: path + "/a", code: EISDIR)) { try directory.replace("a", with: [1]) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["a"])
        }
    }

    @Test(arguments: [0o755, 0o770, 0o701]) func `A directory that is accessible to others is rejected with the fix`(mode: Int) throws {
        try withPath { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
            let refusal = #expect(throws: PrivateDirectory.Refusal.self) { _ = try PrivateDirectory(at: path) }
            let octal = String(mode, radix: 8)
            #expect(refusal?.description == "\(path) is accessible to other users (mode \(octal)); fix it with: chmod 700 \(path)")
        }
    }

    @Test func `A file, and a path without a parent directory, are rejected`() throws {
        try withPath { path in
            try Data([1]).write(to: URL(filePath: path))
            #expect(throws: PrivateDirectory.Refusal.unusable(.system(path: path, code: ENOTDIR))) { _ = try PrivateDirectory(at: path) }
            let deep = path + "-missing/records"
            #expect(throws: PrivateDirectory.Refusal.unusable(.system(path: deep, code: ENOENT))) { _ = try PrivateDirectory(at: deep) }
        }
    }
}
