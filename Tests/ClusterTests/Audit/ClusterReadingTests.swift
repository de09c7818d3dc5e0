import AdmissionPolicy
import ClusterAudit
import Testing

@testable import Cluster

@Suite struct ClusterReadingTests {
    private static func titles(_ audit: Audit) -> [String] {
        audit.owners.map { "\($0.identity.title) \($0.source == .template ? "template" : "\($0.podCount)") \($0.worst.decision.outcome)" }
    }

    /// A cluster with two Pods of a Deployment.
    private static func web() throws -> AuditedCluster {
        let cluster = try AuditedCluster()
        cluster.add("deployments", AuditedCluster.workload("web", uid: "d1"))
        cluster.add("replicasets", AuditedCluster.workload("web-5d4f", uid: "r1", owner: "Deployment/web/d1"))
        cluster.add("pods", AuditedCluster.pod("web-a", owner: "ReplicaSet/web-5d4f/r1"))
        cluster.add("pods", AuditedCluster.pod("web-b", owner: "ReplicaSet/web-5d4f/r1", hostPID: true))
        return cluster
    }

    @Test func `Pods are assigned to top owners by lists of metadata, without a request for each owner`() async throws {
        let cluster = try Self.web()
        cluster.add("cronjobs", AuditedCluster.workload("backup", uid: "c1"))
        cluster.add("jobs", AuditedCluster.workload("backup-29", uid: "j1", owner: "CronJob/backup/c1"))
        cluster.add("pods", AuditedCluster.pod("backup-29-x", owner: "Job/backup-29/j1"))
        cluster.add("pods", AuditedCluster.pod("forged", owner: "ReplicaSet/web-5d4f/r2"))
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["CronJob/backup 1 allow", "Deployment/web 2 deny", "Pod/forged 1 allow"])
        #expect(audit.isComplete)
        for plural in ["replicasets", "deployments", "daemonsets", "statefulsets", "jobs", "cronjobs"] {
            #expect(cluster.accepts(of: plural).allSatisfy { $0.hasPrefix("application/json;as=PartialObjectMetadataList") })
        }
        #expect(cluster.requests.allSatisfy { $0.contains("limit=500") && !$0.contains("resourceVersion") })
    }

    @Test func `Only Pods that run are asked for, with the labels of the selector`() async throws {
        let cluster = try Self.web()
        _ = try await cluster.audit {
            $0.namespace = ObjectName("shop")
            $0.selector = try? LabelSelector(parsing: "app in (a,b)")
        }
        let query = "fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed&labelSelector=app%20in%20%28a%2Cb%29&limit=500"
        #expect(cluster.requests.contains("/api/v1/namespaces/shop/pods?\(query)"))
        #expect(cluster.requests.allSatisfy { $0.contains("/namespaces/shop/") })
    }

    @Test func `A workload without Pods is decided by its template, and says so`() async throws {
        let cluster = try Self.web()
        cluster.add("statefulsets", AuditedCluster.workload("db", uid: "s1", hostPID: true))
        cluster.add("jobs", AuditedCluster.workload("done", uid: "j2", status: #"{"conditions":[{"type":"Complete","status":"True"}]}"#))
        cluster.add("jobs", AuditedCluster.workload("waiting", uid: "j3"))
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["Deployment/web 2 deny", "Job/waiting template allow", "StatefulSet/db template deny"])
        // Whole objects are read only of kinds with a workload without Pods.
        #expect(cluster.accepts(of: "deployments").count == 1)
        #expect(cluster.accepts(of: "statefulsets") == [APIResource.metadataOnly, "application/json"])
    }

    @Test func `A selector chooses workloads without Pods by the labels of their templates`() async throws {
        let cluster = try Self.web()
        cluster.add("statefulsets", AuditedCluster.workload("db", uid: "s1", labels: #"{"app":"db"}"#))
        cluster.add("statefulsets", AuditedCluster.workload("cache", uid: "s2", labels: #"{"app":"cache"}"#))
        let audit = try await cluster.audit { $0.selector = try? LabelSelector(parsing: "app=db") }
        #expect(Self.titles(audit) == ["Deployment/web 2 deny", "StatefulSet/db template allow"])
    }

    @Test func `A list that begins again counts no Pod twice`() async throws {
        let cluster = try Self.web()
        cluster.setPageSize(1)
        cluster.answer("pods") { number in
            number == 2 ? [.answer(410, #"{"kind":"Status","reason":"Expired","message":"too old","code":410}"#)] : nil
        }
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["Deployment/web 2 deny"])
        #expect(audit.isComplete)
    }

    @Test func `A Pod whose ReplicaSet was made after the list is assigned by a second list`() async throws {
        let cluster = try AuditedCluster()
        cluster.answer("replicasets") { number in
            number == 1 ? [.answer(AuditedCluster.list([]))] : nil
        }
        cluster.add("deployments", AuditedCluster.workload("web", uid: "d1"))
        cluster.add("replicasets", AuditedCluster.workload("web-5d4f", uid: "r1", owner: "Deployment/web/d1"))
        cluster.add("pods", AuditedCluster.pod("web-a", owner: "ReplicaSet/web-5d4f/r1"))
        #expect(try await Self.titles(cluster.audit()) == ["Deployment/web 1 allow"])
    }

    @Test func `A kind that may not be listed makes the result partial, and the Pods are still decided`() async throws {
        let cluster = try Self.web()
        cluster.answer("replicasets") { _ in [AuditedCluster.forbidden("replicasets.apps")] }
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["Deployment/web 2 deny"])
        #expect(!audit.isComplete && audit.hasAllPods)
        #expect(audit.gaps.first?.text.contains("list replicasets.apps") == true)
    }

    @Test func `Without the right to list Pods nothing is listed as if it had none`() async throws {
        let cluster = try Self.web()
        cluster.answer("pods") { _ in [AuditedCluster.forbidden("pods")] }
        let audit = try await cluster.audit()
        #expect(audit.owners.isEmpty)
        #expect(audit.gaps.count == 2)
        #expect(audit.gaps.last?.text == "workloads without Pods are left out, because not all Pods were read")
    }

    @Test func `If the server fails before the Pods, the result says that none were read`() async throws {
        let cluster = try Self.web()
        cluster.answer("deployments") { _ in [.close] }
        let audit = try await cluster.audit()
        #expect(audit.owners.isEmpty)
        #expect(audit.gaps.first?.text.contains("are listed by what they say") == false)
        #expect(
            audit.gaps.map(\.text).dropFirst() == [
                "no Pods were read, because the API server failed",
                "workloads without Pods are left out, because not all Pods were read",
            ]
        )
    }

    @Test func `A list that ends early is partial, and its Pods so far are decided`() async throws {
        let cluster = try Self.web()
        cluster.setPageSize(1)
        cluster.answer("pods") { number in
            number >= 2 ? [.answer(400, #"{"kind":"Status","reason":"BadRequest","message":"no","code":400}"#)] : nil
        }
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["Deployment/web 1 allow"])
        #expect(!audit.hasAllPods)
        #expect(audit.gaps.first?.text.hasSuffix("only the first 1 Pods were read") == true)
    }

    @Test func `A Pod beyond the limit and one that cannot be read are gaps`() async throws {
        let cluster = try Self.web()
        let padding = String(repeating: "x", count: ReceivedText.byteLimit)
        cluster.add("pods", #"{\#(AuditedCluster.metadata("huge", uid: "h1")),"spec":{"x":"\#(padding)"}}"#)
        cluster.add("pods", #"{\#(AuditedCluster.metadata("odd", uid: "o1")),"spec":{"hostPID":"yes"}}"#)
        let audit = try await cluster.audit()
        #expect(Self.titles(audit) == ["Deployment/web 2 deny"])
        #expect(audit.gaps.count == 2)
        #expect(audit.gaps.first?.text == "Pod shop/huge was not read: larger than 2097152 bytes")
        #expect(audit.gaps.last?.text.hasPrefix("Pod shop/odd was not read: ") == true)
    }

    @Test func `A server that cannot be reached is an error`() async throws {
        let cluster = try AuditedCluster()
        for plural in ["pods", "replicasets", "deployments"] { cluster.answer(plural) { _ in [.close] } }
        await #expect(throws: APIError.self) { try await cluster.audit() }
    }
}
