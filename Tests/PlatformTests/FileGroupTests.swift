import Foundation
import Testing

@testable import Platform

@Suite struct FileGroupTests {
    @Test func `Files are read in order, from any directories`() throws {
        let mount = try MountedFolder()
        try mount.publish(["tls.crt": "certificate", "tls.key": "key"])
        let other = try MountedFolder()
        try other.write("authorities", to: "ca.crt")
        let paths = [mount.path + "/tls.key", other.path + "/ca.crt", mount.path + "/tls.crt"]
        #expect(
            try FileGroup.read(paths, byteLimit: 100).map { String(decoding: $0, as: UTF8.self) } == ["key", "authorities", "certificate"]
        )
    }

    @Test func `Errors have the path as given`() throws {
        for path in ["nowhere.crt", "/nowhere.crt", "./nowhere.crt"] {
            #expect(throws: FileError.system(path: path, code: ENOENT)) { try FileGroup.read([path], byteLimit: 100) }
        }
        #expect(throws: FileError.system(path: "/nowhere/at/all.crt", code: ENOENT)) {
            try FileGroup.read(["/nowhere/at/all.crt"], byteLimit: 100)
        }
    }
}
