package import AdmissionPolicy
package import TLS

extension PolicyExport {
    /// The digest of each exported policy, by its name; with it an export is compared with the objects of a cluster.
    package func digests() throws(OpenSSLReason) -> [String: String] {
        var digests: [String: String] = [:]
        for name in policyNames { digests[name] = try SHA256.hexDigest(of: [content(of: name)]) }
        return digests
    }
}
