"""The CRM chat on python-socketio and FastAPI, served by uvicorn, as its community writes it."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import socketio
import uvicorn
from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StrictInt

from auth import user_of
from chat import ChatNamespace, Text
from store import Refused, Store

ORIGINS = ["http://localhost:3000"]

store = Store()
chat = ChatNamespace("/chat", store)
sio = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins=ORIGINS)
sio.register_namespace(chat)
api = FastAPI()
api.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_methods=["*"], allow_headers=["*"])


class NewChat(BaseModel):
    participants: list[StrictInt]


class NewMessage(BaseModel):
    chatId: StrictInt
    content: Text


class ChangedMessage(BaseModel):
    content: Text


def caller(authorization: str = Header(default="")) -> int:
    return user_of(authorization.removeprefix("Bearer "))


@api.exception_handler(Refused)
async def refused(_: Request, error: Refused):
    return JSONResponse({"detail": str(error)}, error.status)


@api.exception_handler(RequestValidationError)
async def invalid(_: Request, error: RequestValidationError):
    return JSONResponse({"detail": [e["msg"] for e in error.errors()]}, 400)


@api.get("/healthz")
async def healthz():
    return {"status": "ok"}


@api.post("/project-chats", status_code=201)
async def create_chat(body: NewChat, user_id: int = Depends(caller)):
    return await store.create_chat(body.participants)


@api.post("/chat-messages", status_code=201)
async def create_message(body: NewMessage, user_id: int = Depends(caller)):
    message = await store.create_message(body.chatId, user_id, body.content)
    await chat.tell_created(message)
    return message


@api.get("/chat-messages/chat/{chat_id}")
async def messages_of(chat_id: int, user_id: int = Depends(caller)):
    return await store.messages_of(chat_id, user_id)


@api.put("/chat-messages/{message_id}")
async def update_message(message_id: int, body: ChangedMessage, user_id: int = Depends(caller)):
    message = await store.own_message(message_id, user_id)
    message["message"] = body.content
    await chat.tell_updated(message)
    return message


@api.delete("/chat-messages/{message_id}", status_code=200)
async def delete_message(message_id: int, user_id: int = Depends(caller)):
    message = await store.delete_message(message_id, user_id)
    await chat.tell_deleted(message)
    return {"success": True}


if __name__ == "__main__":
    app = socketio.ASGIApp(sio, api)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8000")), log_level="warning")
