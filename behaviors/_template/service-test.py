"""Tests of the running service. Run: python service-test.py [SERVICE|CONTAINER|AZURE|SSH]"""

from __future__ import annotations

from service_test_base import ServiceTestCase, main


class TheService(ServiceTestCase):
    def test_it_is_healthy(self) -> None:
        response = self.service.get("/health")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.body["status"], "ok")

    def test_it_offers_the_feature(self) -> None:
        """Red until there is more than /health; replace it by what the requirements say."""
        paths = set(self.service.get("/openapi.json").body["paths"])
        self.assertTrue(paths - {"/health"}, "service.py is not written yet")


if __name__ == "__main__":
    main()
