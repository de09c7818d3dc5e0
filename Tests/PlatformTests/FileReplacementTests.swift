import Foundation
import Platform
import Testing

@Suite struct FileReplacementTests {
    private let folder: MountedFolder

    init() throws {
        folder = try MountedFolder()
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
    }

    @Test(arguments: [true, false]) func `The old file is unchanged until the new one is complete`(isUnnamed: Bool) throws {
        try folder.write("old", to: "a")
        let replacement = try FileReplacement(of: folder.path + "/a", isUnnamed: isUnnamed)
        try replacement.write(Array("new".utf8))
        #expect(try text("a") == "old")
        // No file beside it that would remain if the process ended here.
        #expect(try (names == ["a"]) == isUnnamed)
        try replacement.complete()
        #expect(try text("a") == "new")
        #expect(try names == ["a"])
    }

    @Test(arguments: [true, false]) func `An incomplete file leaves nothing behind`(isUnnamed: Bool) throws {
        do {
            let replacement = try FileReplacement(of: folder.path + "/a", isUnnamed: isUnnamed)
            try replacement.write(Array("half".utf8))
        }
        #expect(try names == [])
    }

    @Test func `Links and permissions are kept`() throws {
        try folder.write("old", to: "a")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.path + "/a")
        try folder.link("l", to: "a")
        let replacement = try FileReplacement(of: folder.path + "/l")
        try replacement.write(Array("new".utf8))
        try replacement.complete()
        #expect(try text("a") == "new")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/l") == "a")
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/a")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
    }

    @Test func `A dangling link is an error and stays`() throws {
        try folder.link("l", to: "none")
        #expect(throws: FileError.system(path: folder.path + "/l", code: ENOENT)) { _ = try FileReplacement(of: folder.path + "/l") }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/l") == "none")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a file to another user"), arguments: [true, false])
    func `The owner is kept on request, with the special bits of the mode`(isUnnamed: Bool) throws {
        try folder.write("old", to: "a")
        let owner: [FileAttributeKey: Any] = [.ownerAccountID: 12_345, .groupOwnerAccountID: 54_321]
        try FileManager.default.setAttributes(owner, ofItemAtPath: folder.path + "/a")
        try FileManager.default.setAttributes([.posixPermissions: 0o2751], ofItemAtPath: folder.path + "/a")
        let replacement = try FileReplacement(of: folder.path + "/a", isUnnamed: isUnnamed, keepsOwner: true)
        try replacement.write(Array("new".utf8))
        try replacement.complete()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/a")
        #expect(attributes[.ownerAccountID] as? Int == 12_345)
        #expect(attributes[.groupOwnerAccountID] as? Int == 54_321)
        #expect(attributes[.posixPermissions] as? Int == 0o2751)
        #expect(try text("a") == "new")
    }

    @Test func `A device is written directly, and a missing folder is an error with the path`() throws {
        let device = try FileReplacement(of: "/dev/null")
        try device.write([1])
        try device.complete()
        #expect(throws: FileError.system(path: folder.path + "/no/a", code: ENOENT)) { try FileReplacement(of: folder.path + "/no/a") }
        #expect(throws: FileError.system(path: folder.path, code: EISDIR)) { try FileReplacement(of: folder.path) }
    }

    @Test(arguments: [("/a/./b//c/../d", "/a/b/d"), ("/..", "/"), ("/", "/")])
    func `An absolute path has no dots`(path: String, expected: String) throws {
        #expect(try FilePaths.absolute(path) == expected)
        #expect(try FilePaths.absolute("x/../y") == FileManager.default.currentDirectoryPath + "/y")
    }
}
