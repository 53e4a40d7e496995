"""What a load balancer and Prometheus ask: health and metrics."""
