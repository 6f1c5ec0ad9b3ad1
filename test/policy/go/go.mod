module airlock/test/policy

go 1.26
