"""The chats gateway on python-socketio and aiohttp, as its community writes it."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs

sys.path.insert(0, str(Path(__file__).parent.parent))

import socketio
from aiohttp import web

import chats
from defect import has_defect
from payloads import BOOLEAN, INTEGER, Invalid, checked, checked_message

CHAT = "/chat"
sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
routes = web.RouteTableDef()
online: dict[int, set[str]] = {}


def room(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


async def user_of(sid: str, named: int | None = None) -> int:
    """The user of the connection, for whom alone a payload may speak."""
    user_id = (await sio.get_session(sid, CHAT))["user_id"]
    if named not in (None, user_id):
        raise chats.Refused("Unauthorized: you are not this user")
    return user_id


@sio.on("connect", namespace=CHAT)
async def connect(sid, environ, auth=None):
    user_id = parse_qs(environ["QUERY_STRING"]).get("userId", [""])[0]
    if not user_id.isdecimal() or int(user_id) < 1:
        raise ConnectionRefusedError("userId is required")
    user_id = int(user_id)
    await sio.save_session(sid, {"user_id": user_id}, CHAT)
    await sio.enter_room(sid, f"user:{user_id}", CHAT)
    sockets = online.setdefault(user_id, set())
    sockets.add(sid)
    if len(sockets) == 1 or has_defect("presence-per-socket"):
        await sio.emit("user:online", {"userId": user_id}, namespace=CHAT, skip_sid=sid)


@sio.on("disconnect", namespace=CHAT)
async def disconnect(sid, reason=None):
    user_id = await user_of(sid)
    sockets = online[user_id]
    sockets.discard(sid)
    if not sockets or has_defect("presence-per-socket"):
        await sio.emit("user:offline", {"userId": user_id}, namespace=CHAT)


@sio.on("send-message", namespace=CHAT)
async def send_message(sid, data=None):
    try:
        fields = checked_message(data)
        await user_of(sid, fields[0])
        message = await chats.create_message(*fields)
    except (Invalid, chats.Refused) as error:
        await sio.emit("message-error", {"error": str(error)}, to=sid, namespace=CHAT)
        return
    to = None if has_defect("told-to-everyone") else room(message["conversation_id"])
    await sio.emit("receive-message", message, room=to, namespace=CHAT)
    await sio.emit("message-sent", message, to=sid, namespace=CHAT)


@sio.on("join-conversation", namespace=CHAT)
async def join_conversation(sid, data=None):
    try:
        conversation_id, user_id = checked(data, conversationId=INTEGER, userId=INTEGER)
        await user_of(sid, user_id)
        if has_defect("entered-before-checked"):
            await sio.enter_room(sid, room(conversation_id), CHAT)
        await chats.conversation_of(conversation_id, user_id)
    except (Invalid, chats.Refused) as error:
        await sio.emit("error", {"message": str(error)}, to=sid, namespace=CHAT)
        return {"success": False, "message": str(error)}
    await sio.enter_room(sid, room(conversation_id), CHAT)
    answer = {"success": True, "conversationId": conversation_id}
    await sio.emit("joined-conversation", answer, to=sid, namespace=CHAT)
    return answer


@sio.on("leave-conversation", namespace=CHAT)
async def leave_conversation(sid, data=None):
    try:
        (conversation_id,) = checked(data, conversationId=INTEGER)
    except Invalid as error:
        await sio.emit("error", {"message": str(error)}, to=sid, namespace=CHAT)
        return
    await sio.leave_room(sid, room(conversation_id), CHAT)


@sio.on("typing", namespace=CHAT)
async def typing(sid, data=None):
    try:
        conversation_id, user_id, is_typing = checked(data, conversationId=INTEGER, userId=INTEGER, isTyping=BOOLEAN)
        await user_of(sid, user_id)
        await chats.conversation_of(conversation_id, user_id)
    except (Invalid, chats.Refused) as error:
        await sio.emit("error", {"message": str(error)}, to=sid, namespace=CHAT)
        return
    payload = {"conversationId": conversation_id, "userId": user_id, "isTyping": is_typing}
    skipped = None if has_defect("echo-to-sender") else sid
    await sio.emit("user-typing", payload, room=room(conversation_id), skip_sid=skipped, namespace=CHAT)


@routes.get("/healthz")
async def healthz(_):
    return web.json_response({"status": "ok"})


@routes.post("/api/chats/conversations")
async def create_conversation(request):
    try:
        sender_id, receiver_id = checked(await request.json(), sender_id=INTEGER, receiver_id=INTEGER)
    except (Invalid, ValueError) as error:
        return web.json_response({"error": str(error)}, status=400)
    return web.json_response(await chats.create_conversation(sender_id, receiver_id), status=201)


@routes.get(r"/api/chats/conversations/{id:\d+}/messages")
async def history(request):
    conversation_id = int(request.match_info["id"])
    if conversation_id not in chats.conversations:
        return web.json_response({"error": "Conversation not found"}, status=404)
    try:
        page, limit = (int(request.query.get(name, usual)) for name, usual in (("page", 1), ("limit", 20)))
        if page < 1 or not 1 <= limit <= 100:
            raise ValueError("page and limit are out of range")
    except ValueError as error:
        return web.json_response({"error": str(error)}, status=400)
    return web.json_response(chats.page_of(conversation_id, page, limit))


if __name__ == "__main__":
    app = web.Application()
    sio.attach(app)
    app.add_routes(routes)
    web.run_app(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), print=None)
