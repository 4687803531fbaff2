"""Chats and messages, in memory; every call takes a moment, as that of a database does."""

import asyncio
import random
from datetime import datetime, timezone

from defect import has_defect


class Refused(Exception):
    """What a service refuses: a text for the client, and a status for REST."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    def __init__(self):
        self.chats: dict[int, dict] = {}
        self.messages: dict[int, dict] = {}
        self.last_message = 0

    async def create_chat(self, participants: list[int]) -> dict:
        await asyncio.sleep(0.001)
        chat = {"id": len(self.chats) + 1, "participants": participants}
        self.chats[chat["id"]] = chat
        return chat

    async def chat_of(self, chat_id: int, user_id: int) -> dict:
        await asyncio.sleep(0.001)
        if chat_id not in self.chats:
            raise Refused(404, f"Chat {chat_id} not found")
        if user_id not in self.chats[chat_id]["participants"]:
            raise Refused(403, "You are not a participant in this chat")
        return self.chats[chat_id]

    async def create_message(self, chat_id: int, user_id: int, text: str) -> dict:
        await self.chat_of(chat_id, user_id)
        # Each event has a task of its own (async_handlers), and not every insert takes as long as the next.
        await asyncio.sleep(random.choice((0.001, 0.02)) if has_defect("overtaking") else 0.001)
        self.last_message += 1
        message = {"id": self.last_message, "chatId": chat_id, "senderId": user_id, "message": text, "createdAt": now()}
        self.messages[message["id"]] = message
        return message

    async def messages_of(self, chat_id: int, user_id: int) -> list[dict]:
        await self.chat_of(chat_id, user_id)
        return [message for message in self.messages.values() if message["chatId"] == chat_id]

    async def mark_as_read(self, chat_id: int, message_id: int, user_id: int) -> None:
        await self.chat_of(chat_id, user_id)
        if self.messages.get(message_id, {}).get("chatId") != chat_id:
            raise Refused(404, f"Message {message_id} not found")

    async def own_message(self, message_id: int, user_id: int) -> dict:
        await asyncio.sleep(0.001)
        if message_id not in self.messages:
            raise Refused(404, f"Message {message_id} not found")
        if self.messages[message_id]["senderId"] != user_id:
            raise Refused(403, "You can only change your own messages")
        return self.messages[message_id]

    async def delete_message(self, message_id: int, user_id: int) -> dict:
        message = await self.own_message(message_id, user_id)
        del self.messages[message_id]
        return message
