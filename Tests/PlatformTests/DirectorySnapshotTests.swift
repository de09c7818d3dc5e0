import Foundation
import Testing

@testable import Platform

@Suite struct DirectorySnapshotTests {
    private let folder: MountedFolder

    init() throws {
        folder = try MountedFolder()
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `After a swap between two reads, both are from the old directory`() throws {
        try folder.publish(["tls.crt": "old certificate", "tls.key": "old key"])
        let snapshot = try DirectorySnapshot(folder.path)
        #expect(text(try snapshot.read("tls.crt", byteLimit: 100)) == "old certificate")
        try folder.publish(["tls.crt": "new certificate", "tls.key": "new key"])
        #expect(text(try snapshot.read("tls.key", byteLimit: 100)) == "old key")
        let isCurrent = snapshot.isCurrent
        #expect(!isCurrent)
    }

    @Test func `A directory that is replaced while it is read is read again`() throws {
        try folder.publish(["a": "1", "b": "1"])
        var attempts = 0
        let read = try DirectorySnapshot.reading(folder.path) { snapshot throws(FileError) in
            attempts += 1
            let first = text(try snapshot.read("a", byteLimit: 100))
            if attempts == 1 { try? folder.publish(["a": "2", "b": "2"], removingOld: true) }
            return first + text(try snapshot.read("b", byteLimit: 100))
        }
        #expect(read == "22")
        #expect(attempts == 2)
    }

    @Test func `A directory whose files are missing after a replacement is listed again`() throws {
        try folder.publish(["a": "1", "b": "1"])
        var attempts = 0
        let names = try DirectorySnapshot.reading(folder.path) { snapshot throws(FileError) in
            attempts += 1
            if attempts == 1 { try? folder.publish(["a": "2", "b": "2"], removingOld: true) }
            return try snapshot.names()
        }
        #expect(names == ["a", "b"])
        #expect(attempts == 2)
    }

    @Test func `A directory that is replaced during every read is rejected`() throws {
        try folder.publish(["a": "1"])
        var attempts = 0
        #expect(throws: FileError.keptChanging(path: folder.path)) {
            try DirectorySnapshot.reading(folder.path) { snapshot throws(FileError) in
                attempts += 1
                try? folder.publish(["a": "\(attempts)"])
            }
        }
        #expect(attempts == 5)
    }

    @Test func `A link to another directory is followed once`() throws {
        for release in ["1", "2"] {
            try FileManager.default.createDirectory(atPath: folder.path + "/" + release, withIntermediateDirectories: false)
            try folder.write(release, to: release + "/a")
            try folder.write(release, to: release + "/b")
        }
        try folder.link("current", to: "1")
        let snapshot = try DirectorySnapshot(folder.path + "/current")
        #expect(text(try snapshot.read("a", byteLimit: 100)) == "1")
        try FileManager.default.removeItem(atPath: folder.path + "/current")
        try folder.link("current", to: "2")
        #expect(text(try snapshot.read("b", byteLimit: 100)) == "1")
        let isCurrent = snapshot.isCurrent
        #expect(!isCurrent)
    }

    @Test func `The files are those of the link's present target`() throws {
        try folder.publish(["a": "1", "gone": "1"])
        try folder.publish(["a": "2", "new": "2"], linking: false)
        try folder.write("beside", to: "plain")
        let snapshot = try DirectorySnapshot(folder.path)
        #expect(try snapshot.names() == ["a", "new", "plain"])
        #expect(try snapshot.names() == ["a", "new", "plain"])
        #expect(text(try snapshot.read("new", byteLimit: 100)) == "2")
        #expect(text(try snapshot.read("plain", byteLimit: 100)) == "beside")
        #expect(throws: FileError.system(path: folder.path + "/gone", code: ENOENT)) { try snapshot.read("gone", byteLimit: 100) }
        let isCurrent = snapshot.isCurrent
        #expect(isCurrent)
    }

    @Test func `A path that is not a file is rejected without waiting`() throws {
        #expect(unsafe mkfifo(folder.path + "/pipe", 0o600) == 0)
        try FileManager.default.createDirectory(atPath: folder.path + "/directory", withIntermediateDirectories: false)
        try folder.link("device", to: "/dev/zero")
        let snapshot = try DirectorySnapshot(folder.path)
        for name in ["pipe", "directory", "device"] {
            #expect(throws: FileError.notRegular(path: folder.path + "/" + name)) { try snapshot.read(name, byteLimit: 100) }
        }
        let directories = ["directory", "pipe", "nothing"].map { snapshot.isDirectory($0) }
        #expect(directories == [true, false, false])
    }

    @Test func `A file above the limit is rejected, and one at the limit is read`() throws {
        try folder.write("12345", to: "a")
        let snapshot = try DirectorySnapshot(folder.path)
        #expect(text(try snapshot.read("a", byteLimit: 5)) == "12345")
        #expect(throws: FileError.tooLarge(path: folder.path + "/a", limit: 4)) { try snapshot.read("a", byteLimit: 4) }
    }

    @Test func `The error of a path that is not a directory has the reason`() throws {
        try folder.write("", to: "file")
        for (name, code) in [("nowhere", ENOENT), ("file", ENOTDIR)] {
            let path = folder.path + "/" + name
            #expect(throws: FileError.system(path: path, code: code)) {
                try DirectorySnapshot.reading(path) { _ throws(FileError) in }
            }
        }
    }
}
