"""How requests come in and answers go out: nobody who is slow keeps others waiting.

Uvicorn's processes receive requests whole, before a thread is taken, and send answers without one;
in between, the WSGI application works in a few threads.
"""
