"""The sockets of the CRM chat: a class-based namespace, whose handlers answer by what they return."""

import time
from functools import wraps
from typing import Annotated

import socketio
from pydantic import BaseModel, Field, StrictBool, StrictInt, StrictStr, ValidationError

from auth import token_in, user_of
from defect import has_defect
from store import Refused, Store, now

Id = int if has_defect("lax-ids") else StrictInt  # pydantic makes a number of "1", unless told otherwise
Text = Annotated[StrictStr, Field(min_length=1)]


class ChatPayload(BaseModel):
    chatId: Id


class MessagePayload(ChatPayload):
    content: Text


class TypingPayload(ChatPayload):
    isTyping: StrictBool


class ReadPayload(ChatPayload):
    messageId: Id


def answered(model=None):
    """Checks the token and the payload; what is refused is answered as what is done is."""

    def decorator(handler):
        @wraps(handler)
        async def wrapper(self, sid, data=None):
            try:
                session = await self.get_session(sid)
                user_id = user_of(session["token"])
                self.sockets.setdefault(user_id, set()).add(sid)
                if model is None:
                    return await handler(self, sid, user_id)
                if has_defect("key-error"):
                    return await handler(self, sid, user_id, model.model_construct(**data))
                return await handler(self, sid, user_id, model.model_validate(data))
            except ValidationError as error:
                details = ", ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                return {"success": False, "message": details}
            except Refused as error:
                return {"success": False, "message": str(error)}

        return wrapper

    return decorator


def room(chat_id: int) -> str:
    return f"chat_{chat_id}"


class ChatNamespace(socketio.AsyncNamespace):
    def __init__(self, namespace: str, store: Store):
        super().__init__(namespace)
        self.store = store
        self.sockets: dict[int, set[str]] = {}  # of each user

    async def on_connect(self, sid, environ, auth=None):
        await self.save_session(sid, {"token": token_in(environ, auth), "chats": {}})

    async def on_disconnect(self, sid, reason=None):
        session = await self.get_session(sid)
        for sockets in self.sockets.values():
            sockets.discard(sid)
        for chat_id, user_id in session["chats"].items():
            await self.tell_left(sid, chat_id, user_id)

    @answered()
    async def on_authenticate(self, sid, user_id):
        return {"success": True, "message": "Authenticated successfully", "userId": user_id, "socketId": sid}

    @answered(ChatPayload)
    async def on_joinChat(self, sid, user_id, data):
        if has_defect("entered-before-checked"):
            await self.enter_room(sid, room(data.chatId))
        await self.store.chat_of(data.chatId, user_id)
        session = await self.get_session(sid)
        await self.enter_room(sid, room(data.chatId))
        if data.chatId not in session["chats"]:
            session["chats"][data.chatId] = user_id
            await self.tell_others(user_id, data.chatId, "userJoined")
        return {"success": True, "message": f"Joined chat {data.chatId}"}

    @answered(ChatPayload)
    async def on_leaveChat(self, sid, user_id, data):
        await self.store.chat_of(data.chatId, user_id)
        session = await self.get_session(sid)
        await self.leave_room(sid, room(data.chatId))
        if session["chats"].pop(data.chatId, None):
            await self.tell_left(sid, data.chatId, user_id)
        return {"success": True, "message": f"Left chat {data.chatId}"}

    @answered(MessagePayload)
    async def on_sendMessage(self, sid, user_id, data):
        message = await self.store.create_message(data.chatId, user_id, data.content)
        if has_defect("emit-not-awaited"):
            self.tell_created(message)
        else:
            await self.tell_created(message)
        return {"success": True, "data": message}

    @answered(TypingPayload)
    async def on_typing(self, sid, user_id, data):
        await self.store.chat_of(data.chatId, user_id)
        await self.tell_others(user_id, data.chatId, "userTyping", isTyping=data.isTyping)

    @answered(ReadPayload)
    async def on_markAsRead(self, sid, user_id, data):
        await self.store.mark_as_read(data.chatId, data.messageId, user_id)
        await self.tell_others(user_id, data.chatId, "messageRead", messageId=data.messageId)
        return {"success": True}

    @answered()
    async def on_ping(self, sid, user_id):
        return {"pong": int(time.time() * 1000)}

    async def tell_created(self, message):
        payload = {"message": message, "chatId": message["chatId"], "timestamp": now()}
        to = {} if has_defect("told-to-everyone") else {"room": room(message["chatId"])}
        await self.emit("newMessage", payload, **to)

    async def tell_updated(self, message):
        payload = {"message": message, "chatId": message["chatId"], "timestamp": now()}
        await self.emit("messageUpdated", payload, room=room(message["chatId"]))

    async def tell_deleted(self, message):
        payload = {"messageId": message["id"], "chatId": message["chatId"], "timestamp": now()}
        await self.emit("messageDeleted", payload, room=room(message["chatId"]))

    async def tell_left(self, sid, chat_id, user_id):
        await self.tell_others(user_id, chat_id, "userLeft")

    async def tell_others(self, user_id, chat_id, event, **fields):
        own = [] if has_defect("echo-to-sender") else list(self.sockets.get(user_id, ()))
        payload = {"chatId": chat_id, "userId": user_id, **fields, "timestamp": now()}
        await self.emit(event, payload, room=room(chat_id), skip_sid=own)
