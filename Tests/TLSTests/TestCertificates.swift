import Foundation
import TLS

/// Certificates and keys that are made for the first test that uses them.
struct TestCertificates: Sendable {
    /// Made once for all tests.
    static let shared = Result { try TestCertificates() }

    private let files: [String: [UInt8]]

    /// The PEM text of a file that `make` wrote, such as `leaf.pem`.
    subscript(_ name: String) -> [UInt8] {
        files[name] ?? []
    }

    /// A context that serves `leaf.pem` with its intermediate.
    func makeContext(clientAuthorities: [UInt8]? = nil, clientNames: [String] = []) throws -> TLSContext {
        try TLSContext(
            certificateChainPEM: self["leaf.pem"] + self["intermediate.pem"],
            privateKeyPEM: self["leaf.key"],
            clientCertificateAuthoritiesPEM: clientAuthorities,
            clientNames: clientNames
        )
    }

    private init() throws {
        files = try OpenSSLTool.withFolder { folder in
            try Self.make(in: folder)
            var files: [String: [UInt8]] = [:]
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                files[file.lastPathComponent] = try OpenSSLTool.bytes(of: file)
            }
            return files
        }
    }

    private static func make(in folder: URL) throws {
        let authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]
        try issue("root", signedBy: nil, authority, in: folder)
        try issue("intermediate", signedBy: "root", authority, in: folder)
        try issue("leaf", signedBy: "intermediate", ["subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1,email:a@b.c"], in: folder)
        try issue("client", signedBy: "root", ["extendedKeyUsage=clientAuth"], in: folder)
        let names = "DNS:API.example.org,URI:spiffe://cluster/api,email:api@example.org,IP:10.0.0.1,IP:fd00::1"
        try issue("named-client", signedBy: "root", ["extendedKeyUsage=serverAuth,clientAuth", "subjectAltName=\(names)"], in: folder)
        try issue("any-use", signedBy: "root", [], in: folder)
        try issue("any-extended-use", signedBy: "root", ["extendedKeyUsage=anyExtendedKeyUsage"], in: folder)
        try issue("server-only", signedBy: "root", ["extendedKeyUsage=serverAuth"], in: folder)
        try issue("brief", signedBy: "root", authority, days: 1, in: folder)
        try issue("stranger", signedBy: nil, authority, in: folder)
        try issue("weak", signedBy: nil, [], key: "rsa:1024", in: folder)
        try issue("rsa", signedBy: nil, [], key: "rsa:2048", in: folder)
        try issue(
            "api",
            signedBy: "root",
            ["subjectAltName=DNS:kubernetes.default.svc,DNS:*.example.org,DNS:w*.partial.org,IP:10.96.0.1"],
            in: folder
        )
        try issue("common-name", signedBy: "root", [], in: folder)
        try issue("client-use", signedBy: "root", ["extendedKeyUsage=clientAuth", "subjectAltName=DNS:localhost"], in: folder)
        try issueExpired("expired", signedBy: "root", "subjectAltName=DNS:localhost", in: folder)
        try OpenSSLTool.require("ec -in leaf.key -aes128 -passout pass:secret -out encrypted-ec.key", in: folder)
        try OpenSSLTool.require("pkcs8 -topk8 -in leaf.key -passout pass:secret -out encrypted-pkcs8.key", in: folder)
    }

    /// Makes a certificate that expired yesterday.
    private static func issueExpired(_ name: String, signedBy issuer: String, _ addition: String, in folder: URL) throws {
        try OpenSSLTool.require(
            "req -new -config /dev/null -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=\(name) -addext \(addition) -keyout \(name).key -out \(name).csr",
            in: folder
        )
        try OpenSSLTool.require(
            "x509 -req -in \(name).csr -copy_extensions copy -CA \(issuer).pem -CAkey \(issuer).key -days -1 -out \(name).pem",
            in: folder
        )
    }

    private static func issue(
        _ name: String,
        signedBy issuer: String?,
        _ extensions: [String],
        key: String = "ec -pkeyopt ec_paramgen_curve:P-256",
        days: Int = 2,
        in folder: URL
    ) throws {
        let signature = issuer.map { "-CA \($0).pem -CAkey \($0).key" } ?? ""
        let additions = extensions.map { "-addext \($0)" }.joined(separator: " ")
        try OpenSSLTool.require(
            "req -x509 -config /dev/null -newkey \(key) -noenc -subj /CN=\(name) -days \(days) -keyout \(name).key -out \(name).pem \(signature) \(additions)",
            in: folder
        )
    }
}
