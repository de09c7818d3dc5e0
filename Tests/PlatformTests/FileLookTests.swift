import Foundation
import Testing

@testable import Platform

@Suite struct FileLookTests {
    private let folder: MountedFolder

    init() throws {
        folder = try MountedFolder()
    }

    @Test func `Two states without a change are equal`() throws {
        try folder.publish(["a": "1"])
        let paths = [folder.path, folder.path + "/a", folder.path + "/nowhere"]
        #expect(FileLook(at: paths) == FileLook(at: paths))
    }

    @Test(arguments: [
        "a file is written in place", "a file is replaced", "a file appears", "a file goes", "a link is swapped", "permissions change",
    ])
    func `The state changes when`(change: String) throws {
        try folder.publish(["a": "1"])
        try folder.write("1", to: "plain")
        try folder.write("1", to: "other")
        let looks = { [folder] in [FileLook(at: [folder.path]), FileLook(at: [folder.path + "/a", folder.path + "/plain"])] }
        let before = looks()
        // The state of the directory changes each time; that of the two files, if one of them changes.
        var concernsFiles = true
        switch change {
        case "a file is written in place":
            let file = try FileHandle(forWritingTo: URL(filePath: folder.path + "/plain"))
            try file.write(contentsOf: Data("22".utf8))
            try file.close()
        case "a file is replaced":
            #expect(unsafe rename(folder.path + "/other", folder.path + "/plain") == 0)
        case "a file appears":
            try folder.write("1", to: "new")
            concernsFiles = false
        case "a file goes":
            try FileManager.default.removeItem(atPath: folder.path + "/plain")
        case "a link is swapped":
            try folder.publish(["a": "1"])
        default:
            #expect(unsafe chmod(folder.path + "/plain", 0o400) == 0)
        }
        let after = looks()
        #expect(before[0] != after[0])
        #expect((before[1] != after[1]) == concernsFiles)
    }
}
